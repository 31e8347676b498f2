"""Faults on purpose: the shipped commands are killed, starved and crowded, and nothing may be lost.

    python -m tests.faults --count 200 --seed 7

A fault is injected into a run of a command in a private copy of the checkout; then

1. the command has either succeeded, or ended with a documented exit code and one clear message: never with a
   verdict (1) that is not Lean's, never with a traceback (70); and it left no process running;
2. what it left behind holds nothing half-written that would be taken for whole;
3. the same command, run again without the fault, completes and leaves exactly what a run without faults leaves.

`commands` lists the commands (a line each), `kinds` the faults, `sandbox` is the private copy, `disk` small disks,
`tripwire` runs inside the command and stops it at a chosen operation, `engine` draws, injects and judges.
"""
