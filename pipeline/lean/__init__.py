"""Finding and running Lean.

    from pipeline.lean import Builder, SourceRoot, find_toolchain, theory_dir

    builder = Builder(find_toolchain(), [SourceRoot("Compact", theory_dir())])
    report = builder.build(["Compact"])       # raises a `pipeline.errors.PipelineError` if Lean says no
    print(report.toolchain, report["Compact"].messages)

On the command line: `python -m pipeline.lean --help`.
"""

from pipeline.lean.build import Builder
from pipeline.lean.messages import Message
from pipeline.lean.modules import SourceRoot
from pipeline.lean.places import PROJECT, ROOT_MODULE, default_out_dir, theory_dir
from pipeline.lean.process import Limits
from pipeline.lean.result import BuildReport, ModuleResult, Status
from pipeline.lean.toolchain import Toolchain, find_toolchain

__all__ = [
    "PROJECT",
    "ROOT_MODULE",
    "BuildReport",
    "Builder",
    "Limits",
    "Message",
    "ModuleResult",
    "SourceRoot",
    "Status",
    "Toolchain",
    "default_out_dir",
    "find_toolchain",
    "theory_dir",
]
