namespace WampRouter.Realms;

/// <summary>How much somebody may send in a second. Beyond it the router reads later, which the sender feels; nothing is refused or lost.</summary>
/// <param name="Messages">Messages in a second; null: any number.</param>
/// <param name="Bytes">Their bytes; null: any number.</param>
internal sealed record TrafficRates(int? Messages = null, long? Bytes = null)
{
    /// <summary>Whether anything is limited.</summary>
    public bool AreLimited => Messages is not null || Bytes is not null;
}
