"""The command line ``inl-evidence``: clean, check, record, explain, report, refresh.

Belongs here: options, what is printed, exit codes (0 done, 1 problems found, 2 an input that stops
the work). Does not belong here: any logic.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, TextColumn
from rich.progress import Progress as Bars
from rich.table import Table

from analysis.errors import InputError

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Clean printed figures into tables with ranges and pedigree, and make reports of them.",
    pretty_exceptions_enable=False,
)

Raw = Annotated[Path, typer.Option("--raw", help="Folder of the raw tables.")]
Processed = Annotated[Path | None, typer.Option("--processed", help="Folder of the processed tables.")]
Scheduler = Annotated[str | None, typer.Option("--scheduler", help="Address of a Dask scheduler, tcp://host:port.")]
DEFAULT_RAW = Path("data/raw")


@app.command()
def clean(
    raw: Raw = DEFAULT_RAW,
    processed: Processed = None,
    jobs: Annotated[int, typer.Option("--jobs", min=1, help="Processes for bulk exports.")] = 1,
    scheduler: Scheduler = None,
) -> None:
    """Clean the raw tables and exports: Parquet, rejects.csv and ledger.json."""
    from analysis.parallel import executor
    from analysis.pipeline import clean as run
    from analysis.store import processed_folder

    folder = processed_folder(processed)
    with executor(jobs, scheduler) as pool, _progress() as tell:
        ledger = run(raw, folder, pool, tell)
    table = Table(title=f"Cleaned into {folder}")
    for name in ("table or file", "rows in", "kept", "kept apart", "rejected", "suspect", "corrected"):
        table.add_column(name, justify="left" if name == "table or file" else "right")
    for name, entry in {**ledger["tables"], **ledger["exports"]}.items():
        if "error" not in entry:
            counts = (entry["rows_in"], entry["kept"], entry.get("totals", 0), entry["rejected"], entry["suspect"])
            table.add_row(name, *(f"{count:,}" for count in (*counts, len(entry.get("corrected", ())))))
    Console().print(table)
    rejected = sum(e.get("rejected", 0) for part in ("tables", "exports") for e in ledger[part].values())
    if rejected:
        rows = "row" if rejected == 1 else "rows"
        typer.echo(f"{rejected} {rows} rejected, each with its reason in {folder / 'rejects.csv'}")
    for file, why in ledger["left_out"].items():
        typer.echo(f"left out: {file}: {why}")
    for warning in ledger["warnings"]:
        typer.echo(f"note: {warning}")


@contextmanager
def _progress() -> Iterator[Callable[[Any], None]]:
    """Draw a bar in a terminal; print a plain line for each batch elsewhere."""
    console = Console()
    if not console.is_terminal:
        yield lambda done: typer.echo(f"{done.file}: {done.step}: {done.rows:,} rows")
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed:,} rows"))
    with Bars(*columns, console=console) as bars:
        tasks: dict[str, Any] = {}

        def tell(done: Any) -> None:
            name = f"{done.file}: {done.step}"
            if name not in tasks:
                tasks[name] = bars.add_task(name, total=None)
            bars.update(tasks[name], completed=done.rows)

        yield tell


@app.command()
def check(raw: Raw = DEFAULT_RAW) -> None:
    """Validate the raw tables without writing; exit 1 where there is a problem."""
    from analysis.pipeline import check as run

    rejects, sentences = run(raw)
    for row in rejects.itertuples():
        typer.echo(f"{raw / str(row.file)}:{row.line}: column {row.column}: {row.value!r}: {row.reason}")
    for sentence in sentences:
        typer.echo(sentence)
    problems = len(rejects) + len(sentences)
    typer.echo(f"{problems} problems found" if problems else "no problems found")
    if problems:
        raise typer.Exit(1)


@app.command()
def record(raw: Raw = DEFAULT_RAW) -> None:
    """Record the raw tables as they are now, after a change that was meant."""
    from analysis.read.tables import record_checksums

    if not raw.is_dir():
        raise InputError(f"{raw} is not a folder; name the folder of the raw tables with --raw")
    typer.echo(f"wrote {record_checksums(raw)}")


@app.command()
def explain(record_id: str, raw: Raw = DEFAULT_RAW) -> None:
    """Print the raw line of a record, each cleaned value, and the rule that made it."""
    from analysis.pedigree import explain as run

    table = Table(title=record_id, show_lines=False)
    for name in ("column", "value", "rule"):
        table.add_column(name, overflow="fold")
    for row in run(record_id, raw).itertuples():
        table.add_row(str(row.column), str(row.value), str(row.rule))
    Console().print(table)


@app.command()
def report(
    plan: Annotated[Path, typer.Option("--plan", help="Which reports to make.")] = Path("reports/plan.yaml"),
    out: Annotated[Path, typer.Option("--out", help="Folder that receives index.html and the reports.")] = Path(
        "reports"
    ),
    processed: Processed = None,
    only: Annotated[
        list[str] | None, typer.Option("--only", help="Only this report or notebook; may be repeated.")
    ] = None,
    param: Annotated[
        list[str] | None, typer.Option("--param", help="A parameter, name=value; may be repeated.")
    ] = None,
    jobs: Annotated[int | None, typer.Option("--jobs", min=1, help="Reports at once; as many as cores.")] = None,
    keep: Annotated[int, typer.Option("--keep", min=1, help="Runs to keep.")] = 3,
    cell_timeout: Annotated[
        int | None, typer.Option("--cell-timeout", min=1, help="Seconds that a cell may take.")
    ] = None,
    pdf: Annotated[bool, typer.Option("--pdf", help="A PDF of each report too, where Chromium is present.")] = False,
) -> None:
    """Run the notebooks of a plan and publish one page a report and an index."""
    from analysis.report.run import Outcome, run_reports
    from analysis.store import processed_folder

    def tell(outcome: Outcome) -> None:
        said = f"failed in cell {outcome.cell}: {outcome.message}" if outcome.message else "done"
        typer.echo(f"{outcome.name}: {said} ({outcome.seconds:.1f} s)")

    pairs = dict(_pair(text) for text in param or [])
    folder = processed_folder(processed)
    result = run_reports(
        plan, folder, out, jobs, only or (), pairs, pdf=pdf, keep=keep, cell_timeout=cell_timeout, tell=tell
    )
    typer.echo(f"open {result.index}")
    if result.exit_code:
        raise typer.Exit(result.exit_code)


@app.command()
def refresh(
    names: Annotated[list[str] | None, typer.Argument(help="Notebooks, such as seizures; all unless named.")] = None,
    notebooks: Annotated[Path, typer.Option("--notebooks", help="Folder of the notebooks.")] = Path("notebooks"),
) -> None:
    """Run the stored notebooks again, each with its own parameters, and store their outputs."""
    from analysis.report.refresh import refresh as run

    for name in run(notebooks, names or ()):
        typer.echo(f"stored {notebooks / name}.ipynb")


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise InputError(f"--param {text!r} is not name=value, such as country=PAK")
    return name, value


def main() -> None:
    """Run the command line; an input that stops the work is one sentence and exit code 2."""
    try:
        app()
    except InputError as error:
        sys.exit(_stop(str(error)))


def _stop(sentence: str) -> int:
    typer.echo(f"inl-evidence: {sentence}", err=True)
    return 2
