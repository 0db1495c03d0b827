using System.Globalization;
using WampRouter.Wire;

namespace WampRouter.Http.Events;

/// <summary>
/// How far a client has come, for each of its topics: the last publication it has, in the history of the topic. As text, which a client sends as <c>Last-Event-ID</c>: the numbers in the order of the topics, with commas between. Not thread-safe.
/// </summary>
/// <param name="topics">How many there are.</param>
internal sealed class EventPositions(int topics)
{
    /// <summary>The position before the first event of a history.</summary>
    public const ulong Start = 0;

    private const string NoHistory = "-";

    private readonly ulong?[] _positions = new ulong?[topics];

    /// <summary>The position in a topic; null where it has no history to go on in.</summary>
    public ulong? this[int topic]
    {
        get => _positions[topic];
        set => _positions[topic] = value;
    }

    /// <summary>Takes what a client has sent. False where that is not of these topics.</summary>
    public bool TryParse(string text)
    {
        var parts = text.Split(',');
        if (parts.Length != topics)
        {
            return false;
        }

        for (var topic = 0; topic < topics; topic++)
        {
            ulong position = 0;
            if (parts[topic] != NoHistory && !(ulong.TryParse(parts[topic], NumberStyles.None, CultureInfo.InvariantCulture, out position) && position <= WireLimits.MaxId))
            {
                return false;
            }

            _positions[topic] = parts[topic] == NoHistory ? null : position;
        }

        return true;
    }

    /// <inheritdoc />
    public override string ToString() => string.Join(',', _positions.Select(static position => position?.ToString(CultureInfo.InvariantCulture) ?? NoHistory));
}
