"""The numbers that notebooks show: processed rows in, small tidy tables out.

``seizures`` bounds amounts by year, agency and province; ``flows`` sets them against flow, production and prices;
``events`` looks at single seizures; ``quality`` counts the record itself. Every function says what it measures, in
which unit, by which formula, and what it cannot say. Does not belong here: pictures (``charts``), words of a page
(the notebooks), reading of files.
"""
