"""Ask the sample bill one question: python ask.py QUERY, with the bill as the table `bill`. Prints numbers with two decimals."""

import sys

import duckdb

duckdb.sql("CREATE VIEW bill AS FROM read_csv('bill.csv', nullstr=['NULL', ''], sample_size=-1)")
for row in duckdb.sql(sys.argv[1]).fetchall():
    print(*(f"{cell:.2f}" if isinstance(cell, float) else cell for cell in row))
