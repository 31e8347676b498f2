prelude
import Compact.Field.Root
import Compact.Real.Instance
/-!
# The real numbers have square roots

So theorems about models with a norm hold of the real numbers too.
-/
namespace Compact

/-- **The real numbers are an ordered field with an exponential and a square root.** -/
noncomputable instance Real.instRootField : RootField Real where
  toExpField := Real.instExpField
  sqrt := @Complete.sqrt Real Real.complete
  sqrt_nonneg a _ := @Complete.sqrt_nonneg Real Real.complete a
  sqrt_mul_self _ h := @Complete.sqrt_mul_self Real Real.complete _ h

end Compact
