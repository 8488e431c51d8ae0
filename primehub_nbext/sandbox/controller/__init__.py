"""PrimeHub's controller: jobs and schedules as objects in; pods, phases, reasons and messages out."""
