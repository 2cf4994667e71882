"""The ground every room stands on: database and act(), refusals, money, clock, web guards."""
