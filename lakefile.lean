import Lake
open Lake DSL

package compact

@[default_target]
lean_lib Compact where
  srcDir := "lean"
