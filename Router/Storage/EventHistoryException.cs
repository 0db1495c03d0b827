namespace WampRouter.Storage;

/// <summary>The file of the durable histories cannot be opened: damaged, not to be written, another router's. The message says what to do.</summary>
/// <param name="message">The message.</param>
/// <param name="cause">What SQLite or the system said; null: the message says it all.</param>
internal sealed class EventHistoryException(string message, Exception? cause) : Exception(message, cause)
{
    /// <summary>The message, and what the system said.</summary>
    public string Explanation => InnerException is null ? Message : $"{Message} ({GetBaseException().Message})";
}
