"""The command line ``inl-evidence``: clean, check, record, explain, report, refresh, docs.

Belongs here: options, what is printed, exit codes (0 done, 1 problems found, 2 an input that stops
the work). Does not belong here: any logic.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
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
    jobs: Annotated[int, typer.Option("--jobs", min=1, help="Processes for bulk exports; 1 uses two threads.")] = 1,
    scheduler: Scheduler = None,
) -> None:
    """Clean the raw tables and exports: Parquet, rejects.csv and ledger.json."""
    from analysis.parallel import executor
    from analysis.pipeline import clean as run
    from analysis.progress import cleaning
    from analysis.reads import processed_folder

    folder = processed_folder(processed)
    with executor(jobs, scheduler) as pool, cleaning() as tell:
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
    scheduler: Scheduler = None,
    keep: Annotated[int, typer.Option("--keep", min=1, help="Runs to keep.")] = 3,
    cell_timeout: Annotated[
        int | None, typer.Option("--cell-timeout", min=1, help="Seconds that a cell may take.")
    ] = None,
    pdf: Annotated[bool, typer.Option("--pdf", help="A PDF of each report too, where Chromium is present.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be made, and why; make nothing.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Make unchanged reports too.")] = False,
    executed: Annotated[
        Path | None,
        typer.Option(
            "--executed",
            help="Folder of notebooks that something else has executed, such as Airflow, one <report>.ipynb a report: "
            "publish these, and execute none; not with --scheduler, --cell-timeout or --force.",
        ),
    ] = None,
    json_log: Annotated[
        bool, typer.Option("--json-log", help="One JSON object a line for each event, or report of a dry run.")
    ] = False,
) -> None:
    """Make the reports of a plan that are not up to date, and publish one page each and an index."""
    from analysis.progress import planned, reporting
    from analysis.reads import processed_folder
    from analysis.report.run import plan_run, run_reports

    if executed and (scheduler or cell_timeout or force):
        raise InputError("--executed executes nothing; leave --scheduler, --cell-timeout and --force out")
    pairs = dict(_pair(text) for text in param or [])
    folder = processed_folder(processed)
    if dry_run:
        for decision in plan_run(plan, folder, out, only or (), pairs, pdf=pdf, force=force, executed=executed):
            typer.echo(planned(decision, json_log))
        return
    with reporting(json_log) as tell:
        result = run_reports(
            plan,
            folder,
            out,
            jobs,
            only or (),
            pairs,
            scheduler=scheduler,
            pdf=pdf,
            keep=keep,
            cell_timeout=cell_timeout,
            force=force,
            executed=executed,
            tell=tell,
        )
    if not json_log:
        typer.echo(f"open {result.index}")
    if result.exit_code:
        raise typer.Exit(result.exit_code)


@app.command()
def refresh(
    names: Annotated[list[str] | None, typer.Argument(help="Notebooks, such as seizures; all unless named.")] = None,
    notebooks: Annotated[Path, typer.Option("--notebooks", help="Folder of the notebooks.")] = Path("notebooks"),
    check: Annotated[
        bool, typer.Option("--check", help="Only look: exit 1 where code was changed since it was run.")
    ] = False,
    normalise: Annotated[
        bool, typer.Option("--normalise", help="Run nothing; put ids and metadata in order, leave code and outputs.")
    ] = False,
) -> None:
    """Run the stored notebooks again, each with its own parameters, and store their outputs."""
    from analysis.report import refresh as stored

    if check and normalise:
        raise InputError("--check writes nothing and --normalise does; give one of them")
    if check:
        sentences = stored.problems(notebooks, names or ())
        for sentence in sentences:
            typer.echo(sentence)
        typer.echo(_found(len(sentences)))
        raise typer.Exit(1 if sentences else 0)
    for name in (stored.normalise if normalise else stored.refresh)(notebooks, names or ()):
        typer.echo(f"{'put in order' if normalise else 'stored'} {notebooks / name}.ipynb")


def _found(problems: int) -> str:
    return f"{problems} {'problem' if problems == 1 else 'problems'} found" if problems else "no problems found"


@app.command()
def docs(root: Annotated[Path, typer.Option("--root", help="Folder of the project.")] = Path(".")) -> None:
    """Write the reference for reviewers anew: data dictionary, indicators, assumptions."""
    from analysis.reference import write

    for path in write(root):
        typer.echo(f"wrote {path}")


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
