"""The words of the house: hotels and who may act for them, records, facts, errors. No I/O."""
