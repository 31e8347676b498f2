prelude
import Compact.Real.Root
import Compact.Certificates.FirstOf3Biases.BruteForce
import Compact.Certificates.FirstOf4Biases.Boxes
import Compact.Certificates.LastOf4TwoHeads.QuarticLast
import Compact.Certificates.Linear10.AmGm
import Compact.Certificates.Linear2.AmGm
import Compact.Certificates.Linear2.ConvexityPairs
import Compact.Certificates.Linear2.Symmetry
import Compact.Certificates.Linear3.AmGm
import Compact.Certificates.Linear3.ConvexityTriples
import Compact.Certificates.MaxOf10.Prefix
import Compact.Certificates.MaxOf2.BruteForce
import Compact.Certificates.MaxOf20.PrefixTop2
import Compact.Certificates.MaxOf2HalfTrained.BruteForce
import Compact.Certificates.MaxOf2Norm.BruteForce
import Compact.Certificates.MaxOf3.BruteForce
import Compact.Certificates.MaxOf3.PrefixMargin
import Compact.Certificates.MaxOf3.PrefixMass
import Compact.Certificates.MaxOf3.QuarticGaps
import Compact.Certificates.MaxOf3.QuarticRegion
import Compact.Certificates.MaxOf3.SoftCubicLoss
import Compact.Certificates.MaxOf3Mlp.BruteForce
import Compact.Certificates.MaxOf3TwoHeadsMlp.BruteForce
import Compact.Certificates.MaxOf4Biases.Quartic
import Compact.Certificates.MaxOf4FourHeads.Quartic
import Compact.Certificates.MaxOf4Mlp.Quartic
import Compact.Certificates.MaxOf4Norm.Quartic
import Compact.Certificates.MaxOf4Seed0.Cubic
import Compact.Certificates.MaxOf4Seed0.LowRankQk
import Compact.Certificates.MaxOf4Seed0.LowRankQkEu
import Compact.Certificates.MaxOf4Seed0.Mixed
import Compact.Certificates.MaxOf4Seed0.Prefix
import Compact.Certificates.MaxOf4Seed0.PrefixTop2
import Compact.Certificates.MaxOf4Seed0.Quartic
import Compact.Certificates.MaxOf4Seed0Tuned.LowRankQkEu
import Compact.Certificates.MaxOf4Seed0Tuned.PrefixTop2
import Compact.Certificates.MaxOf4Seed1Tuned.LowRankQkEu
import Compact.Certificates.MaxOf4Seed1Tuned.PrefixTop2
import Compact.Certificates.MaxOf4Seed2Tuned.LowRankQkEu
import Compact.Certificates.MaxOf4Seed2Tuned.PrefixTop2
import Compact.Certificates.MaxOf4Seed3.Quartic
import Compact.Certificates.MaxOf4Seed3Tuned.LowRankQkEu
import Compact.Certificates.MaxOf4Seed3Tuned.PrefixTop2
import Compact.Certificates.MaxOf4Seed4Tuned.LowRankQkEu
import Compact.Certificates.MaxOf4Seed4Tuned.PrefixTop2
import Compact.Certificates.MaxOf4TwoHeads.Cubic
import Compact.Certificates.MaxOf4TwoHeads.Quartic
import Compact.Certificates.MaxOf4TwoHeads64.Quartic
import Compact.Certificates.MinOf3TwoHeads.BruteForce
import Compact.Certificates.MinOf4Biases.Cubic
import Compact.Certificates.S4.BruteForce
import Compact.Certificates.S4.Gates
import Compact.Certificates.S4.GatesWithErrors
import Compact.Certificates.SumMod13.BruteForce
import Compact.Certificates.Z59Seed0.BruteForce
import Compact.Certificates.Z59Seed0.Gates
import Compact.Certificates.Z59Seed1.Gates
import Compact.Certificates.Z59Seed2.Gates
import Compact.Certificates.Zero12.AmGm
import Compact.Certificates.Zero12.BruteForce
import Compact.Certificates.Zero12.ConvexityPairs
/-!
# Every committed certificate, about the real numbers

Written by `python -m pipeline.lean sync`.  Each theorem is that of the certificate, which is about every
`ExpField`, applied to the real numbers.
-/

namespace Compact.Certificates.FirstOf3Biases
/-- Of the real numbers. -/
theorem bruteForce_real :
    AtLeast (nat_lit 1000) (Transformer.Correct Real first Compact.Certificates.FirstOf3Biases.weights) :=
  bruteForce_correct Real
end Compact.Certificates.FirstOf3Biases

namespace Compact.Certificates.FirstOf4Biases
/-- Of the real numbers. -/
theorem boxes_real :
    AtLeast (nat_lit 1048576) (Transformer.Correct Real first Compact.Certificates.FirstOf4Biases.weights) :=
  boxes_correct Real
end Compact.Certificates.FirstOf4Biases

namespace Compact.Certificates.LastOf4TwoHeads
/-- Of the real numbers. -/
theorem quarticLast_real :
    AtLeast (nat_lit 1048576) (Transformer.Correct Real last Compact.Certificates.LastOf4TwoHeads.weights) :=
  quarticLast_correct Real
end Compact.Certificates.LastOf4TwoHeads

namespace Compact.Certificates.Linear10
/-- Of the real numbers. -/
theorem amGm_real :
    Linear.MeanLossAtMost Real (nat_lit 98473104) Compact.Certificates.Linear10.weights :=
  amGm_correct Real
end Compact.Certificates.Linear10

namespace Compact.Certificates.Linear2
/-- Of the real numbers. -/
theorem amGm_real :
    Linear.MeanLossAtMost Real (nat_lit 1741662) Compact.Certificates.Linear2.weights :=
  amGm_correct Real
end Compact.Certificates.Linear2

namespace Compact.Certificates.Linear2
/-- Of the real numbers. -/
theorem convexityPairs_real :
    Linear.MeanLossAtMost Real (nat_lit 13947899270) Compact.Certificates.Linear2.weights :=
  convexityPairs_correct Real
end Compact.Certificates.Linear2

namespace Compact.Certificates.Linear2
/-- Of the real numbers. -/
theorem symmetry_real :
    Linear.MeanLossAtMost Real (nat_lit 1739575) Compact.Certificates.Linear2.weights :=
  symmetry_correct Real
end Compact.Certificates.Linear2

namespace Compact.Certificates.Linear3
/-- Of the real numbers. -/
theorem amGm_real :
    Linear.MeanLossAtMost Real (nat_lit 1477049) Compact.Certificates.Linear3.weights :=
  amGm_correct Real
end Compact.Certificates.Linear3

namespace Compact.Certificates.Linear3
/-- Of the real numbers. -/
theorem convexityTriples_real :
    Linear.MeanLossAtMost Real (nat_lit 9447348) Compact.Certificates.Linear3.weights :=
  convexityTriples_correct Real
end Compact.Certificates.Linear3

namespace Compact.Certificates.MaxOf10
/-- Of the real numbers. -/
theorem prefix_real :
    AtLeast (nat_lit 1128886063950496181) (Correct Real Compact.Certificates.MaxOf10.weights) :=
  prefix_correct Real
end Compact.Certificates.MaxOf10

namespace Compact.Certificates.MaxOf2
/-- Of the real numbers. -/
theorem bruteForce_real :
    AtLeast (nat_lit 4096) (Correct Real Compact.Certificates.MaxOf2.weights) :=
  bruteForce_correct Real
end Compact.Certificates.MaxOf2

namespace Compact.Certificates.MaxOf20
/-- Of the real numbers. -/
theorem prefixTop2_real :
    AtLeast (nat_lit 1253946387922299512329983818253148984) (Correct Real Compact.Certificates.MaxOf20.weights) :=
  prefixTop2_correct Real
end Compact.Certificates.MaxOf20

namespace Compact.Certificates.MaxOf2HalfTrained
/-- Of the real numbers. -/
theorem bruteForce_real :
    AtLeast (nat_lit 2375) (Correct Real Compact.Certificates.MaxOf2HalfTrained.weights) :=
  bruteForce_correct Real
end Compact.Certificates.MaxOf2HalfTrained

namespace Compact.Certificates.MaxOf2Norm
/-- Of the real numbers. -/
theorem bruteForce_real :
    AtLeast (nat_lit 100) (Transformer.Normed.Correct Real maximum Compact.Certificates.MaxOf2Norm.weights) :=
  bruteForce_correct Real
end Compact.Certificates.MaxOf2Norm

namespace Compact.Certificates.MaxOf3
/-- Of the real numbers. -/
theorem bruteForce_real :
    AtLeast (nat_lit 1000) (Correct Real Compact.Certificates.MaxOf3.weights) :=
  bruteForce_correct Real
end Compact.Certificates.MaxOf3

namespace Compact.Certificates.MaxOf3
/-- Of the real numbers. -/
theorem prefixMargin_real :
    AtLeast (nat_lit 1000) (CorrectBy Real (dyadic Real (nat_lit 13099) (nat_lit 20)) Compact.Certificates.MaxOf3.weights) :=
  prefixMargin_correct Real
end Compact.Certificates.MaxOf3

namespace Compact.Certificates.MaxOf3
/-- Of the real numbers. -/
theorem prefixMass_real :
    MassAtLeast (tokenWeight (nat_lit 7) (nat_lit 93033171464594413924)) (nat_lit 24897088) (Correct Real Compact.Certificates.MaxOf3.weights) :=
  prefixMass_correct Real
end Compact.Certificates.MaxOf3

namespace Compact.Certificates.MaxOf3
/-- Of the real numbers. -/
theorem quarticGaps_real :
    RightInGaps Real (nat_lit 1) (nat_lit 1023) Compact.Certificates.MaxOf3.weights ∧ AtLeast (nat_lit 1000) (Correct Real Compact.Certificates.MaxOf3.weights) :=
  quarticGaps_correct Real
end Compact.Certificates.MaxOf3

namespace Compact.Certificates.MaxOf3
/-- Of the real numbers. -/
theorem quarticRegion_real :
    RightOn Real (nat_lit 0) (nat_lit 0) Compact.Certificates.MaxOf3.weights ∧ AtLeast (nat_lit 1000) (Correct Real Compact.Certificates.MaxOf3.weights) :=
  quarticRegion_correct Real
end Compact.Certificates.MaxOf3

namespace Compact.Certificates.MaxOf3
/-- Of the real numbers. -/
theorem softCubicLoss_real :
    MeanLossAtMost Real (nat_lit 307023) Compact.Certificates.MaxOf3.weights ∧ AtLeast (nat_lit 1000) (Correct Real Compact.Certificates.MaxOf3.weights) :=
  softCubicLoss_correct Real
end Compact.Certificates.MaxOf3

namespace Compact.Certificates.MaxOf3Mlp
/-- Of the real numbers. -/
theorem bruteForce_real :
    AtLeast (nat_lit 1000) (Transformer.Correct Real maximum Compact.Certificates.MaxOf3Mlp.weights) :=
  bruteForce_correct Real
end Compact.Certificates.MaxOf3Mlp

namespace Compact.Certificates.MaxOf3TwoHeadsMlp
/-- Of the real numbers. -/
theorem bruteForce_real :
    AtLeast (nat_lit 1000) (Transformer.Correct Real maximum Compact.Certificates.MaxOf3TwoHeadsMlp.weights) :=
  bruteForce_correct Real
end Compact.Certificates.MaxOf3TwoHeadsMlp

namespace Compact.Certificates.MaxOf4Biases
/-- Of the real numbers. -/
theorem quartic_real :
    AtLeast (nat_lit 1048533) (Transformer.Correct Real maximum Compact.Certificates.MaxOf4Biases.weights) :=
  quartic_correct Real
end Compact.Certificates.MaxOf4Biases

namespace Compact.Certificates.MaxOf4FourHeads
/-- Of the real numbers. -/
theorem quartic_real :
    AtLeast (nat_lit 1044869) (Transformer.Correct Real maximum Compact.Certificates.MaxOf4FourHeads.weights) :=
  quartic_correct Real
end Compact.Certificates.MaxOf4FourHeads

namespace Compact.Certificates.MaxOf4Mlp
/-- Of the real numbers. -/
theorem quartic_real :
    AtLeast (nat_lit 65535) (Transformer.Correct Real maximum Compact.Certificates.MaxOf4Mlp.weights) :=
  quartic_correct Real
end Compact.Certificates.MaxOf4Mlp

namespace Compact.Certificates.MaxOf4Norm
/-- Of the real numbers. -/
theorem quartic_real :
    AtLeast (nat_lit 65535) (Transformer.Normed.Correct Real maximum Compact.Certificates.MaxOf4Norm.weights) :=
  quartic_correct Real
end Compact.Certificates.MaxOf4Norm

namespace Compact.Certificates.MaxOf4Seed0
/-- Of the real numbers. -/
theorem cubic_real :
    AtLeast (nat_lit 16729015) (Correct Real Compact.Certificates.MaxOf4Seed0.weights) :=
  cubic_correct Real
end Compact.Certificates.MaxOf4Seed0

namespace Compact.Certificates.MaxOf4Seed0
/-- Of the real numbers. -/
theorem lowRankQk_real :
    AtLeast (nat_lit 15327148) (Correct Real Compact.Certificates.MaxOf4Seed0.weights) :=
  lowRankQk_correct Real
end Compact.Certificates.MaxOf4Seed0

namespace Compact.Certificates.MaxOf4Seed0
/-- Of the real numbers. -/
theorem lowRankQkEu_real :
    AtLeast (nat_lit 14023305) (Correct Real Compact.Certificates.MaxOf4Seed0.weights) :=
  lowRankQkEu_correct Real
end Compact.Certificates.MaxOf4Seed0

namespace Compact.Certificates.MaxOf4Seed0
/-- Of the real numbers. -/
theorem mixed_real :
    AtLeast (nat_lit 16769638) (Correct Real Compact.Certificates.MaxOf4Seed0.weights) :=
  mixed_correct Real
end Compact.Certificates.MaxOf4Seed0

namespace Compact.Certificates.MaxOf4Seed0
/-- Of the real numbers. -/
theorem prefix_real :
    AtLeast (nat_lit 16074370) (Correct Real Compact.Certificates.MaxOf4Seed0.weights) :=
  prefix_correct Real
end Compact.Certificates.MaxOf4Seed0

namespace Compact.Certificates.MaxOf4Seed0
/-- Of the real numbers. -/
theorem prefixTop2_real :
    AtLeast (nat_lit 15885124) (Correct Real Compact.Certificates.MaxOf4Seed0.weights) :=
  prefixTop2_correct Real
end Compact.Certificates.MaxOf4Seed0

namespace Compact.Certificates.MaxOf4Seed0
/-- Of the real numbers. -/
theorem quartic_real :
    AtLeast (nat_lit 16770757) (Correct Real Compact.Certificates.MaxOf4Seed0.weights) :=
  quartic_correct Real
end Compact.Certificates.MaxOf4Seed0

namespace Compact.Certificates.MaxOf4Seed0Tuned
/-- Of the real numbers. -/
theorem lowRankQkEu_real :
    AtLeast (nat_lit 16774225) (Correct Real Compact.Certificates.MaxOf4Seed0Tuned.weights) :=
  lowRankQkEu_correct Real
end Compact.Certificates.MaxOf4Seed0Tuned

namespace Compact.Certificates.MaxOf4Seed0Tuned
/-- Of the real numbers. -/
theorem prefixTop2_real :
    AtLeast (nat_lit 16776069) (Correct Real Compact.Certificates.MaxOf4Seed0Tuned.weights) :=
  prefixTop2_correct Real
end Compact.Certificates.MaxOf4Seed0Tuned

namespace Compact.Certificates.MaxOf4Seed1Tuned
/-- Of the real numbers. -/
theorem lowRankQkEu_real :
    AtLeast (nat_lit 16773476) (Correct Real Compact.Certificates.MaxOf4Seed1Tuned.weights) :=
  lowRankQkEu_correct Real
end Compact.Certificates.MaxOf4Seed1Tuned

namespace Compact.Certificates.MaxOf4Seed1Tuned
/-- Of the real numbers. -/
theorem prefixTop2_real :
    AtLeast (nat_lit 16775793) (Correct Real Compact.Certificates.MaxOf4Seed1Tuned.weights) :=
  prefixTop2_correct Real
end Compact.Certificates.MaxOf4Seed1Tuned

namespace Compact.Certificates.MaxOf4Seed2Tuned
/-- Of the real numbers. -/
theorem lowRankQkEu_real :
    AtLeast (nat_lit 16774174) (Correct Real Compact.Certificates.MaxOf4Seed2Tuned.weights) :=
  lowRankQkEu_correct Real
end Compact.Certificates.MaxOf4Seed2Tuned

namespace Compact.Certificates.MaxOf4Seed2Tuned
/-- Of the real numbers. -/
theorem prefixTop2_real :
    AtLeast (nat_lit 16776165) (Correct Real Compact.Certificates.MaxOf4Seed2Tuned.weights) :=
  prefixTop2_correct Real
end Compact.Certificates.MaxOf4Seed2Tuned

namespace Compact.Certificates.MaxOf4Seed3
/-- Of the real numbers. -/
theorem quartic_real :
    AtLeast (nat_lit 16772209) (Correct Real Compact.Certificates.MaxOf4Seed3.weights) :=
  quartic_correct Real
end Compact.Certificates.MaxOf4Seed3

namespace Compact.Certificates.MaxOf4Seed3Tuned
/-- Of the real numbers. -/
theorem lowRankQkEu_real :
    AtLeast (nat_lit 16773207) (Correct Real Compact.Certificates.MaxOf4Seed3Tuned.weights) :=
  lowRankQkEu_correct Real
end Compact.Certificates.MaxOf4Seed3Tuned

namespace Compact.Certificates.MaxOf4Seed3Tuned
/-- Of the real numbers. -/
theorem prefixTop2_real :
    AtLeast (nat_lit 16775764) (Correct Real Compact.Certificates.MaxOf4Seed3Tuned.weights) :=
  prefixTop2_correct Real
end Compact.Certificates.MaxOf4Seed3Tuned

namespace Compact.Certificates.MaxOf4Seed4Tuned
/-- Of the real numbers. -/
theorem lowRankQkEu_real :
    AtLeast (nat_lit 16772852) (Correct Real Compact.Certificates.MaxOf4Seed4Tuned.weights) :=
  lowRankQkEu_correct Real
end Compact.Certificates.MaxOf4Seed4Tuned

namespace Compact.Certificates.MaxOf4Seed4Tuned
/-- Of the real numbers. -/
theorem prefixTop2_real :
    AtLeast (nat_lit 16775713) (Correct Real Compact.Certificates.MaxOf4Seed4Tuned.weights) :=
  prefixTop2_correct Real
end Compact.Certificates.MaxOf4Seed4Tuned

namespace Compact.Certificates.MaxOf4TwoHeads
/-- Of the real numbers. -/
theorem cubic_real :
    AtLeast (nat_lit 1035476) (Transformer.Correct Real maximum Compact.Certificates.MaxOf4TwoHeads.weights) :=
  cubic_correct Real
end Compact.Certificates.MaxOf4TwoHeads

namespace Compact.Certificates.MaxOf4TwoHeads
/-- Of the real numbers. -/
theorem quartic_real :
    AtLeast (nat_lit 1048532) (Transformer.Correct Real maximum Compact.Certificates.MaxOf4TwoHeads.weights) :=
  quartic_correct Real
end Compact.Certificates.MaxOf4TwoHeads

namespace Compact.Certificates.MaxOf4TwoHeads64
/-- Of the real numbers. -/
theorem quartic_real :
    AtLeast (nat_lit 16679736) (Transformer.Correct Real maximum Compact.Certificates.MaxOf4TwoHeads64.weights) :=
  quartic_correct Real
end Compact.Certificates.MaxOf4TwoHeads64

namespace Compact.Certificates.MinOf3TwoHeads
/-- Of the real numbers. -/
theorem bruteForce_real :
    AtLeast (nat_lit 999) (Transformer.Correct Real minimum Compact.Certificates.MinOf3TwoHeads.weights) :=
  bruteForce_correct Real
end Compact.Certificates.MinOf3TwoHeads

namespace Compact.Certificates.MinOf4Biases
/-- Of the real numbers. -/
theorem cubic_real :
    AtLeast (nat_lit 1046022) (Transformer.Correct Real minimum Compact.Certificates.MinOf4Biases.weights) :=
  cubic_correct Real
end Compact.Certificates.MinOf4Biases

namespace Compact.Certificates.S4
/-- Of the real numbers. -/
theorem bruteForce_real :
    AtLeast (nat_lit 576) (Network.Correct Real Compact.Certificates.S4.weights) :=
  bruteForce_correct Real
end Compact.Certificates.S4

namespace Compact.Certificates.S4
/-- Of the real numbers. -/
theorem gates_real :
    AtLeast (nat_lit 576) (Network.Correct Real Compact.Certificates.S4.weights) :=
  gates_correct Real
end Compact.Certificates.S4

namespace Compact.Certificates.S4
/-- Of the real numbers. -/
theorem gatesWithErrors_real :
    AtLeast (nat_lit 576) (Network.Correct Real Compact.Certificates.S4.weights) :=
  gatesWithErrors_correct Real
end Compact.Certificates.S4

namespace Compact.Certificates.SumMod13
/-- Of the real numbers. -/
theorem bruteForce_real :
    AtLeast (nat_lit 169) (Transformer.Correct Real (lookup (nat_lit 13) Compact.Certificates.SumMod13.weights.table) Compact.Certificates.SumMod13.weights) :=
  bruteForce_correct Real
end Compact.Certificates.SumMod13

namespace Compact.Certificates.Z59Seed0
/-- Of the real numbers. -/
theorem bruteForce_real :
    AtLeast (nat_lit 3481) (Network.Correct Real Compact.Certificates.Z59Seed0.weights) :=
  bruteForce_correct Real
end Compact.Certificates.Z59Seed0

namespace Compact.Certificates.Z59Seed0
/-- Of the real numbers. -/
theorem gates_real :
    AtLeast (nat_lit 3481) (Network.Correct Real Compact.Certificates.Z59Seed0.weights) :=
  gates_correct Real
end Compact.Certificates.Z59Seed0

namespace Compact.Certificates.Z59Seed1
/-- Of the real numbers. -/
theorem gates_real :
    AtLeast (nat_lit 3481) (Network.Correct Real Compact.Certificates.Z59Seed1.weights) :=
  gates_correct Real
end Compact.Certificates.Z59Seed1

namespace Compact.Certificates.Z59Seed2
/-- Of the real numbers. -/
theorem gates_real :
    AtLeast (nat_lit 3481) (Network.Correct Real Compact.Certificates.Z59Seed2.weights) :=
  gates_correct Real
end Compact.Certificates.Z59Seed2

namespace Compact.Certificates.Zero12
/-- Of the real numbers. -/
theorem amGm_real :
    Linear.MeanLossAtMost Real (nat_lit 2484906650) Compact.Certificates.Zero12.weights :=
  amGm_correct Real
end Compact.Certificates.Zero12

namespace Compact.Certificates.Zero12
/-- Of the real numbers. -/
theorem bruteForce_real :
    Linear.MeanLossAtMost Real (nat_lit 2484906650) Compact.Certificates.Zero12.weights :=
  bruteForce_correct Real
end Compact.Certificates.Zero12

namespace Compact.Certificates.Zero12
/-- Of the real numbers. -/
theorem convexityPairs_real :
    Linear.MeanLossAtMost Real (nat_lit 2484906650) Compact.Certificates.Zero12.weights :=
  convexityPairs_correct Real
end Compact.Certificates.Zero12
