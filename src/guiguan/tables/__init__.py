"""Tables in and out: csv, xlsx and Parquet files as rows of text, with every flaw of a file named."""
