prelude
import Compact.Foundation.Logic
import Compact.Foundation.Bool
import Compact.Foundation.Int
import Compact.Foundation.Nat.Kernel
import Compact.Foundation.List.Fold
import Compact.Foundation.List.Nodup
