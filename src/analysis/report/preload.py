"""What the fork server loads once, so that no report and no kernel has to.

Belongs here: names of modules, and what they would otherwise make at first use. Does not belong here:
anything that starts a thread, reads a table, draws a random number or runs what a notebook holds: every
report begins with what is left here.
"""

from __future__ import annotations

import importlib
import os
import sys

# What notebooks and their kernels load, what a report process loads, and what these load when they are used.
MODULES = (
    "analysis",
    "analysis.store",
    "analysis.bounds",
    "analysis.claims",
    "analysis.charts.bars",
    "analysis.charts.heat",
    "analysis.charts.least",
    "analysis.charts.maps",
    "analysis.charts.series",
    "analysis.charts.sites",
    "analysis.charts.spans",
    "analysis.charts.stairs",
    "analysis.charts.steps",
    "analysis.measures",
    "analysis.report.assemble",
    "analysis.report.export",
    "analysis.report.index",
    "analysis.report.kernels",
    "analysis.report.make",
    "analysis.report.package",
    "analysis.report.page",
    "ipykernel.debugger",
    "ipykernel.kernelapp",
    "IPython.core.completerlib",
    "IPython.extensions.storemagic",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "matplotlib.font_manager",
    "papermill",
    "pyarrow.dataset",
    "pyarrow.parquet",
)


def load() -> list[str]:
    """Import all, and return the names that could not be had; a report that needs one of them will say so."""
    if "" in sys.path:  # the folder of whoever started the server, which may hold a random.py
        sys.path.remove("")
    missing = []
    for name in MODULES:
        try:
            importlib.import_module(name)
        except ImportError:
            missing.append(name)
    import pandas as pd

    # When it is loaded pandas looks whether it is in a kernel; in one it sets this.
    pd.set_option("display.max_columns", 20)
    return missing


# Not where somebody only looks at this module.
MISSING = load() if os.environ.get("INL_EVIDENCE_SERVER") else ["all"]
