using WampRouter.Server.Configuration;
using WampRouter.Transports;

namespace WampRouter.Server.Listeners;

/// <summary>A listener that is open: its sockets, and the settings that hold there now.</summary>
/// <param name="edition">The first settings.</param>
internal sealed class OpenListener(ListenerEdition edition)
{
    private volatile ListenerEdition _edition = edition;

    /// <summary>The settings under which the next connection comes in.</summary>
    public ListenerEdition Edition
    {
        get => _edition;
        set => _edition = value;
    }

    /// <summary>Its sockets: one, or for <c>localhost</c> up to two. Replaced by a reload.</summary>
    public IReadOnlyList<ListeningSocket> Sockets { get; set; } = [];

    /// <summary>Where its clients come in: for as long as it is open.</summary>
    public Entrances Entrances => _edition.Entrances;

    /// <summary>Where it listens, with the port that it really has.</summary>
    public string Url => UrlOf(_edition.Options, Sockets);

    /// <summary>Whether a listener of these settings would be at the same address, so that it is this one.</summary>
    public bool IsAt(ListenerAddress address) => ListenerAddress.TryParse(_edition.Options.Url, out var mine, out _) && mine.IsAt(address);

    /// <summary>Where a listener with these sockets is reached, as the settings have it.</summary>
    public static string UrlOf(ListenerOptions options, IReadOnlyList<ListeningSocket> sockets) =>
        sockets.Count > 0 && sockets[0].Port is not 0 and var port ? ListenerAddress.WithPort(options.Url, port) : options.Url;
}
