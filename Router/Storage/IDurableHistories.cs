using WampRouter.Realms.History;
using WampRouter.Realms.Settings;

namespace WampRouter.Storage;

/// <summary>Keeps histories that outlive the process. The library has none of its own: the package <c>WampRouter.Sqlite</c> has. Any thread.</summary>
internal interface IDurableHistories
{
    /// <summary>The history of one topic or pattern.</summary>
    /// <param name="realm">Whose.</param>
    /// <param name="settings">What is kept, and how much of it.</param>
    /// <exception cref="EventHistoryException">It cannot be opened, or another router has it.</exception>
    IEventHistory Open(string realm, HistorySettings settings);

    /// <summary>What is missing on this machine for any of them to be kept, as the end of a sentence; null: nothing.</summary>
    string? Missing { get; }

    /// <summary>Why events could not be written lately, for people; null: they can.</summary>
    string? Trouble { get; }
}
