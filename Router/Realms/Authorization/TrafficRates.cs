namespace WampRouter.Realms.Authorization;

/// <summary>How much somebody may send in a second. Beyond it the router reads later, which the sender feels; nothing is refused or lost.</summary>
/// <param name="Messages">Messages in a second; null: any number.</param>
/// <param name="Bytes">Their bytes; null: any number.</param>
internal sealed record TrafficRates(int? Messages = null, long? Bytes = null)
{
    /// <summary>Whether anything is limited.</summary>
    public bool AreLimited => Messages is not null || Bytes is not null;

    /// <summary>The lower of each.</summary>
    public TrafficRates Within(TrafficRates? other) => other is null ? this : new(Lower(Messages, other.Messages), Lower(Bytes, other.Bytes));

    private static T? Lower<T>(T? one, T? other)
        where T : struct, IComparable<T> => one is { } first && other is { } second ? first.CompareTo(second) < 0 ? first : second : one ?? other;
}
