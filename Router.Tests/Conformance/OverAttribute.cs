namespace WampRouter.Tests.Conformance;

/// <summary>
/// Says over which transports, and in which serializers, the tests of a fixture run, where their arguments do not say it. For the conformance table.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class OverAttribute(string transports, string serializers) : Attribute
{
    /// <summary>Words with commas between them.</summary>
    public IReadOnlyList<string> Transports { get; } = transports.Split(", ", StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Words with commas between them.</summary>
    public IReadOnlyList<string> Serializers { get; } = serializers.Split(", ", StringSplitOptions.RemoveEmptyEntries);
}
