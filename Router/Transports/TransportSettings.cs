using WampRouter.Transports.Admission;

namespace WampRouter.Transports;

/// <summary>One version of what the settings say of connections, with what is worked out of it. Immutable, and replaced as a whole.</summary>
/// <param name="options">Checked, and not changed any more.</param>
internal sealed class TransportSettings(TransportOptions options)
{
    /// <summary>The settings.</summary>
    public TransportOptions Options { get; } = options;

    /// <summary>Who may come in, and how fast they are read.</summary>
    public Bounds Bounds { get; } = new(EntryLimits.Of(options, OpenFiles.Limit), new PaceLimits(options));

    /// <summary>Which web pages may connect.</summary>
    public OriginPolicy Origins { get; } = new(options.AllowedOrigins, options.AllowLoopbackOrigins);
}

/// <summary>The version that holds now, and what of it those need who count. Any thread may read; one at a time replaces it.</summary>
internal sealed class LiveTransportSettings
{
    private volatile TransportSettings _current;

    /// <param name="options">The settings at the start, checked.</param>
    public LiveTransportSettings(TransportOptions options)
    {
        _current = new TransportSettings(options);
        Bounds = new LiveBounds(_current.Bounds);
    }

    /// <summary>The version that holds: who decides something by several settings reads it once.</summary>
    public TransportSettings Current => _current;

    /// <summary>Its bounds.</summary>
    public LiveBounds Bounds { get; }

    /// <summary>Another version holds from now on.</summary>
    public void Replace(TransportOptions options)
    {
        var settings = new TransportSettings(options);
        (_current, Bounds.Current) = (settings, settings.Bounds);
    }
}
