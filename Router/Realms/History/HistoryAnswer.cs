namespace WampRouter.Realms.History;

/// <summary>What somebody who asks for a history gets.</summary>
/// <param name="Refusal">Why nothing; null: it is granted.</param>
/// <param name="Events">In the order asked for.</param>
internal readonly record struct HistoryAnswer(Refusal? Refusal, IReadOnlyList<StoredEvent> Events);
