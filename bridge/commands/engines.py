"""`facewire engines`: compiles, lists, times and deletes networks for this machine."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from bridge.ending import Ending
from bridge.engines_report import line, plan_table, time_table
from bridge.errors import BridgeError, ConfigError, EngineError, ModelError
from bridge.interruptible import interruptible
from bridge.printing import PlainConsole, say, say_json
from protocols.wording import counted

if TYPE_CHECKING:
    from bridge.plans import Compiled
    from engines.runtime.graphs import Graph
    from engines.runtime.plan_key import Flavour
    from engines.runtime.runtimes import Device
    from engines.runtime.weights import Weights

engines = typer.Typer(
    name="engines",
    help="Compile the networks for this machine's graphics card; list, time and delete "
    "the compiled plans.",
    no_args_is_help=True,
)


class Precise(StrEnum):
    """The precision of the networks."""

    auto = "auto"
    fp32 = "fp32"
    fp16 = "fp16"
    int8 = "int8"


class Flavoured(StrEnum):
    """The compilers."""

    tensorrt = "tensorrt"
    tensorrt_rtx = "tensorrt_rtx"


Graphs = Annotated[
    list[str] | None,
    typer.Argument(metavar="[GRAPH]...", help="solver, motion, ...; all by default."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]
InPrecision = Annotated[Precise, typer.Option(help="The precision to compute in.")]


@engines.command()
def build(
    graphs: Graphs = None,
    flavour: Annotated[
        Flavoured | None,
        typer.Option(help="The compiler; all installed ones by default."),
    ] = None,
    precision: InPrecision = Precise.auto,
    ahead: Annotated[
        bool,
        typer.Option(
            "--ahead", help="Compile without a card, and do not run the result."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Compile the networks, and keep each plan that agrees with the processor.

    Plans that exist already are only checked again. Ctrl-C stops; finished plans
    are kept. Exits with 1 if a network cannot be compiled.
    """
    # Imported here, so that --help does not load ONNX Runtime and NVIDIA's libraries.
    from bridge.plans import Watch, compile_ahead, compile_here, flavours, shipped
    from engines.runtime.cache import PlanCache

    console = PlainConsole(soft_wrap=True)
    found: list[Compiled] = []
    step = compile_ahead if ahead else compile_here
    bar = Progress(
        TextColumn("{task.fields[graph]}", markup=False),
        BarColumn(),
        TextColumn("{task.description}", markup=False),
        TimeElapsedColumn(),
        console=PlainConsole(stderr=True),
        transient=True,
    )

    def compiled(graph: Graph, weights: Weights, one: Flavour) -> Compiled:
        task = bar.add_task("", total=1.0, graph=graph.name)
        show = partial(_show, bar, task)
        done = interruptible(
            lambda stop: step(
                graph, weights, one, precision.value, cache, Watch(show, stop)
            )
        )
        bar.remove_task(task)
        return done

    stopped = "stopped; finished plans are kept; see: facewire engines list"

    def work() -> None:
        chosen = flavours(None if flavour is None else flavour.value, ahead=ahead)
        with bar:
            for one in chosen:
                for graph, weights in shipped(tuple(graphs or ())):
                    found.append(compiled(graph, weights, one))
                    if not as_json:
                        bar.console.print(
                            line(found[-1]), highlight=False, markup=False,
                            soft_wrap=True,
                        )  # fmt: skip

    # A compiler may take long to stop, so there is no limit; a second Ctrl-C ends it.
    with Ending(code=1, told=stopped, limit_s=None) as ending, _bridge_errors():
        cache = PlanCache()
        ending.run(work)
    if ending.interrupted:
        raise BridgeError(stopped)
    if as_json:
        say_json([asdict(one) for one in found])
    if any(one.state == "failed" for one in found):
        raise typer.Exit(1)
    if not as_json:
        ready = "compiled; none was run" if ahead else "ready"
        console.print(f"{len(found)} {ready}, in {cache.folder}")


@engines.command("list")
def list_plans(as_json: AsJson = False) -> None:
    """List the runtimes of this machine and the compiled plans."""
    from engines.runtime.cache import PlanCache
    from engines.runtime.runtimes import RUNTIMES

    with _bridge_errors():
        cache = PlanCache()
    entries = cache.entries()
    lacks = {name: runtime.missing() for name, runtime in RUNTIMES.items()}
    if as_json:
        plans = [asdict(one) | {"path": str(one.path)} for one in entries]
        told = {"runtimes": lacks, "folder": str(cache.folder), "plans": plans}
        say_json(told)
        return
    console = PlainConsole(soft_wrap=True)
    for name, sentence in lacks.items():
        console.print(sentence or f"{name}: installed")
    if not entries:
        console.print(f"{cache.folder}: no plans; run: facewire engines build")
        return
    console.print(plan_table(entries))


@engines.command()
def bench(
    graphs: Graphs = None,
    device: Annotated[
        list[str] | None,
        typer.Option(
            help="cpu, openvino, tensorrt, ...; all by default; may be repeated."
        ),
    ] = None,
    precision: InPrecision = Precise.auto,
    calls: Annotated[
        int, typer.Option(min=20, help="Number of calls back to back.")
    ] = 500,
    paced: Annotated[
        int, typer.Option(min=20, help="Number of calls at 30 per second.")
    ] = 150,
    as_json: AsJson = False,
) -> None:
    """Time each network on each installed runtime, in one run.

    Close other programs, because a busy machine raises the p99. The times at 30
    calls per second are those that facewire has at 30 fps.
    """
    from bridge.plans import shipped, time_all
    from engines.runtime.runtimes import RUNTIMES

    with _bridge_errors():
        chosen: tuple[Device, ...] = tuple(
            runtime.name for runtime in RUNTIMES.values()
        )
        if device:
            unknown = set(device) - RUNTIMES.keys()
            if unknown:
                raise ConfigError(
                    f"--device {', '.join(sorted(unknown))}: no such device; "
                    f"choose {', '.join(RUNTIMES)}"
                )
            chosen = tuple(one for one in chosen if one in device)
        rows = list(
            time_all(
                shipped(tuple(graphs or ())),
                chosen,
                precision.value,
                calls=calls,
                paced=paced,
                clock_ns=time.perf_counter_ns,
            )
        )
    timed = [row for row in rows if not isinstance(row, str)]
    lacks = [row for row in rows if isinstance(row, str)]
    if as_json:
        told = {"timed": [asdict(row) for row in timed], "not_timed": lacks}
        say_json(told)
        return
    console = PlainConsole(soft_wrap=True)
    console.print(time_table(timed))
    console.print("in ms, including the copies to and from the card")
    for sentence in lacks:
        console.print(f"not timed: {sentence}")


@engines.command()
def verify(
    graphs: Graphs = None,
    soak_s: Annotated[
        float, typer.Option("--soak", min=0.0, help="Seconds of the long run.")
    ] = 60.0,
    calls: Annotated[
        int, typer.Option(min=20, help="Number of calls back to back.")
    ] = 300,
    as_json: AsJson = False,
) -> None:
    """Try everything that facewire does with an NVIDIA card, and report it.

    Run it once on a new card. It takes some minutes; keep the report. Exits with 1
    if something does not work, or if no compiler of NVIDIA is installed.
    """
    from bridge.verification_report import soak_line, verified_table
    from bridge.verify_here import verify_here

    console = PlainConsole(soft_wrap=True)
    with _bridge_errors():
        report = verify_here(
            soak_s, calls, PlainConsole(stderr=True).print, names=tuple(graphs or ())
        )
    if as_json:
        say_json(report.as_json())
    else:
        for sentence in report.lacks:
            console.print(sentence)
        if report.card is not None:
            console.print(f"{report.card.name}, driver {report.card.driver}")
        console.print(", ".join(f"{k} {v}" for k, v in report.versions.items()))
        if report.rows:
            console.print(verified_table(report.rows))
        console.print(time_table(list(report.others)))
        console.print("in ms, including the copies to and from the card")
        if report.soaked is not None:
            console.print(soak_line(report.soaked))
        for sentence in report.problems:
            console.print(f"problem: {sentence}", markup=False)
    if report.problems:
        raise typer.Exit(1)


@engines.command()
def clear() -> None:
    """Delete all compiled plans, and TensorRT's timings for them."""
    from engines.runtime.cache import PlanCache

    with _bridge_errors():
        cache = PlanCache()
        count, size = cache.clear()
    say(f"{cache.folder}: {counted(count, 'plan')} deleted, {size / 1e6:.1f} MB")


def _show(bar: Progress, task: TaskID, phase: str, done: float) -> None:
    bar.update(task, description=phase, completed=done)


@contextmanager
def _bridge_errors() -> Iterator[None]:
    """Turn the exceptions of `engines` into those of the bridge."""
    from engines.runtime.engine import GraphError
    from engines.runtime.runtimes import DeviceError

    try:
        yield
    except DeviceError as error:
        raise EngineError(str(error)) from None
    except GraphError as error:
        raise ModelError(str(error)) from None
