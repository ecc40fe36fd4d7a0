"""Pictures in one house style: tidy tables in, matplotlib figures out, with words for who cannot see them.

``style`` holds sizes, colours and letters; every other module is one kind of chart, each function with a companion
``describe_*`` that writes the alternative text from the same table. Does not belong here: numbers (``measures``),
how a figure is put on a page (``report``), reading of files.
"""
