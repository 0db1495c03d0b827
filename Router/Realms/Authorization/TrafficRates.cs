namespace WampRouter.Realms.Authorization;

/// <summary>How much a client may send in a second. Beyond that the router reads more slowly, so the sender must wait; nothing is refused or lost.</summary>
/// <param name="Messages">Messages in a second; null: any number.</param>
/// <param name="Bytes">Bytes in a second; null: any number.</param>
internal sealed record TrafficRates(int? Messages = null, long? Bytes = null)
{
    /// <summary>Whether there is any limit.</summary>
    public bool AreLimited => Messages is not null || Bytes is not null;

    /// <summary>The lower limits of this and another.</summary>
    public TrafficRates Within(TrafficRates? other) => other is null ? this : new(Lower(Messages, other.Messages), Lower(Bytes, other.Bytes));

    private static T? Lower<T>(T? one, T? other)
        where T : struct, IComparable<T> => one is { } first && other is { } second ? first.CompareTo(second) < 0 ? first : second : one ?? other;
}
