"""Sales: lots, auction rounds, imported results, fees, case ledger."""
