import Lake
open Lake DSL

package compact where
  bootstrap := true -- so that Lake passes no package name on: see docs/lake.md

@[default_target]
lean_lib Compact where
  srcDir := "lean"
