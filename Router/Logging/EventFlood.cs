using System.Net;
using System.Net.Sockets;

namespace WampRouter.Logging;

/// <summary>
/// How often one event was logged lately. A window begins with the first line; when it ends, the lines that were left out in it are told as a number. Lines that name an
/// address have a few of their own before they count among the others, so that one address cannot hide another. Any thread.
/// </summary>
/// <param name="logger">Where the number goes.</param>
/// <param name="level">The level of the event, and of the number.</param>
/// <param name="eventId">The event.</param>
/// <param name="time">The clock of the window.</param>
internal sealed partial class EventFlood(ILogger logger, LogLevel level, EventId eventId, TimeProvider time)
{
    /// <summary>Lines of one event in a window.</summary>
    public const int MostLines = 10;

    /// <summary>Lines in a window that an address has before it takes of <see cref="MostLines"/>. Three in ten seconds are enough for who bans after five in ten minutes.</summary>
    public const int MostLinesOfAddress = 3;

    /// <summary>Addresses in a window that have lines of their own. The lines of all of them are some 200 kB; more would be a way to fill the disk.</summary>
    public const int MostAddresses = 256;

    /// <summary>How long lines are counted together.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();        // nothing is logged under it
    private readonly Dictionary<string, int> _ofAddresses = [];
    private bool _isBegun;
    private long _windowStart;
    private int _lines;
    private long _leftOut;
    private ITimer? _end;                       // there while something is left out

    /// <summary>Whether a line of the event is to be written. If not, it is counted.</summary>
    /// <param name="address">The address the line names, if it names one; those of one IPv6 /64 are one.</param>
    public bool Admit(string? address = null)
    {
        var block = address is null ? null : BlockOf(address);
        lock (_gate)
        {
            var age = _isBegun ? time.GetElapsedTime(_windowStart) : Window;
            if (_end is null && age >= Window)
            {
                Begin();
                (_isBegun, _windowStart, age) = (true, time.GetTimestamp(), TimeSpan.Zero);
            }

            if (block is not null && HasLineLeft(block))
            {
                return true;
            }

            if (_lines < MostLines)
            {
                _lines++;
                return true;
            }

            _leftOut++;
            _end ??= time.CreateTimer(static flood => ((EventFlood)flood!).Report(), this, Window - age, Timeout.InfiniteTimeSpan);
            return false;
        }
    }

    /// <summary>Says what was left out, if anything, and begins a new window.</summary>
    public void Report()
    {
        long leftOut;
        lock (_gate)
        {
            _end?.Dispose();
            (leftOut, _end) = (_leftOut, null);
            Begin();
        }

        if (leftOut > 0)
        {
            Log.LeftOut(logger, level, leftOut, eventId.Id, eventId.Name, (int)Window.TotalSeconds);
        }
    }

    private void Begin()
    {
        (_leftOut, _lines, _isBegun) = (0, 0, false);
        _ofAddresses.Clear();
    }

    private bool HasLineLeft(string block)
    {
        var lines = _ofAddresses.GetValueOrDefault(block);
        if (lines >= MostLinesOfAddress || (lines == 0 && _ofAddresses.Count >= MostAddresses))
        {
            return false;
        }

        _ofAddresses[block] = lines + 1;
        return true;
    }

    /// <summary>Whoever has one IPv6 address has all that begin with the same 64 bits.</summary>
    private static string BlockOf(string address)
    {
        if (!IPAddress.TryParse(address, out var parsed) || parsed.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        var bytes = parsed.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes).ToString();
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1001, Message = "… {Count:N0} more of event {Event} ({Name}) within {Seconds} s were left out")]
        public static partial void LeftOut(ILogger logger, LogLevel level, long count, int @event, string? name, int seconds);
    }
}
