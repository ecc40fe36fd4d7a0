"""The Foreign Military Training Report as a table: one row a line of training as printed.

Export: the tables of the "Foreign Military Training and DoD Engagement Activities of Interest" reports of the
US Departments of State and Defense to the Congress, 1999 to 2021, put into one table of text.
Page of origin: the report pages of state.gov and 2009-2017.state.gov (bureau of political-military affairs);
the table form is the one published by the Security Force Monitor (columns ``training:*``).
Terms of use: a work of the United States government, in the public domain; the table form is free to use with
the name of its publisher.
Layout: tab separated, minimal quoting, UTF-8, also compressed with gzip.

Columns used: training:country, training:program (programme family and fiscal year), training:course_title,
training:delivery_unit (who taught), training:recipient_unit (who learned), training:start_date_raw,
training:end_date_raw (month/day/year), training:location, training:quantity, training:total_cost (US dollars),
report:fiscal_years, report:source_file, report:source_row.

Belongs here: recognising the export and giving its rows as text; blocks end where a report ends. Does not belong
here: subtotals, wrapped lines, slipped columns (``clean.trainings``).
"""

from __future__ import annotations

from analysis.read.layouts import Bulk

FOLDER = "fmtr"
SOURCE = "us-fmtr"
COLUMNS = (
    "training:country", "training:program", "training:course_title", "training:delivery_unit",
    "training:recipient_unit", "training:start_date_raw", "training:end_date_raw", "training:location",
    "training:quantity", "training:total_cost", "report:fiscal_years", "report:source_file", "report:source_row",
)  # fmt: skip
READS = Bulk(COLUMNS, COLUMNS, group="report:source_file")
recognise, layout, units, batches = READS.recognise, READS.layout, READS.units, READS.batches
