"""What every face says: values as JSON, in words and sentences, as a report. Prints nothing."""
