"""Long runs with hostile input, started by hand; short seeded ones run among the other tests."""
