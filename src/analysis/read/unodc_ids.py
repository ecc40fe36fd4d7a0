"""The Individual Drug Seizures export of UNODC: one row a single seizure.

Export: "Individual Drug Seizures" (IDS) of the Data Portal of the United Nations Office on Drugs and Crime.
Page of origin: the drug seizures section of dataunodc.un.org, button "download".
Terms of use: free for statistics, never to be printed seizure by seizure. Its source therefore stands in
``vocabulary/unodc_sources.csv`` as `aggregate only`, and no report prints a row of it.
Layout: CSV with ``;`` in UTF-8 (also compressed with gzip), or the same columns in a workbook.

Columns: REGION, SUBREGION, COUNTRY, ADMINISTRATIVE_DIVISION, PLACE (free text, several languages), SEIZURE_DATE
(year-month-day), DRUG_NAME (closed list), AMOUNT (decimal point), DRUG_UNIT (closed list), HIDING_PLACE,
INSTALLATION, TRANSPORT, PRODUCING_COUNTRY, DEPARTURE_COUNTRY, DESTINATION_COUNTRY, ROUTING.

Belongs here: recognising the export and giving its rows as text. Does not belong here: what they mean
(``clean.events``).
"""

from __future__ import annotations

from analysis.read.layouts import Bulk

FOLDER = "unodc_ids"
SOURCE = "unodc-ids"
NEEDED = ("COUNTRY", "SEIZURE_DATE", "DRUG_NAME", "AMOUNT", "DRUG_UNIT")
COLUMNS = (
    "REGION", "SUBREGION", "COUNTRY", "ADMINISTRATIVE_DIVISION", "PLACE", "SEIZURE_DATE", "DRUG_NAME", "AMOUNT",
    "DRUG_UNIT", "HIDING_PLACE", "INSTALLATION", "TRANSPORT", "PRODUCING_COUNTRY", "DEPARTURE_COUNTRY",
    "DESTINATION_COUNTRY", "ROUTING",
)  # fmt: skip
# every column is wanted, to tell identical rows
READS = Bulk(NEEDED)
recognise, layout, units, batches = READS.recognise, READS.layout, READS.units, READS.batches
