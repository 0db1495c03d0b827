namespace SensorService;

/// <summary>Stands in for hardware: a value that wanders around its usual one. One caller at a time.</summary>
internal sealed class SimulatedSensor(string name, string unit, double usual, double step)
{
    private readonly Random _random = new();
    private double _distance;       // from the usual value

    public string Name { get; } = name;

    public Reading Read(TimeProvider time)
    {
        // A little in any direction, and a little of the way back.
        _distance = (_distance * 0.9) + ((_random.NextDouble() - 0.5) * step);
        return new Reading(Name, Math.Round(usual + _distance, 1), unit, time.GetUtcNow());
    }
}
