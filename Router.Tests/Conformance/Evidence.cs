namespace WampRouter.Tests.Conformance;

/// <summary>What the run has seen of one requirement.</summary>
internal sealed class Evidence
{
    /// <summary>The tests that passed, as <c>Fixture.Method</c>.</summary>
    public SortedSet<string> Tests { get; } = new(StringComparer.Ordinal);

    /// <summary>Those of which at least one case failed.</summary>
    public SortedSet<string> Failed { get; } = new(StringComparer.Ordinal);

    /// <summary>What they ran over.</summary>
    public SortedSet<string> Transports { get; } = new(StringComparer.Ordinal);

    /// <summary>And in what.</summary>
    public SortedSet<string> Serializers { get; } = new(StringComparer.Ordinal);
}
