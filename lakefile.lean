import Lake
open Lake DSL

package compact where
  bootstrap := true -- Lake passes no package name to Lean then: tests/test_lake.py says why

@[default_target]
lean_lib Compact where
  srcDir := "lean"
