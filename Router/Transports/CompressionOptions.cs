namespace WampRouter.Transports;

/// <summary>
/// Whether WebSocket messages are compressed for clients that offer it (permessage-deflate, RFC 7692), and what that may cost. Part of <see cref="TransportOptions"/>; docs/limits.md says what a
/// connection takes, and docs/configuration.md when compression pays and when it is better left alone.
/// </summary>
public sealed class CompressionOptions
{
    /// <summary>
    /// Whether compression is agreed on with clients that offer it. Switched off while the router runs, those who have agreed are sent plain messages from then on, and may still send compressed ones.
    /// </summary>
    public bool Enabled { get; set; }

    /// <summary>The size of a message, in bytes, from which on the router compresses it, at most 16 MiB: smaller ones gain less than they cost. What clients compress is their own choice.</summary>
    public int ThresholdBytes { get; set; } = 1024;

    /// <summary>
    /// Whether a connection may keep what it has compressed or decompressed before, so that later messages refer to it and get smaller. Each direction then takes memory for as long as the connection lives, and an
    /// event is compressed for each receiver instead of once for all. False: every message stands for itself.
    /// </summary>
    public bool ContextTakeover { get; set; }

    /// <summary>How many bytes all connections together may keep for that, at least 1 MiB: who comes when they are used agrees on compression without it.</summary>
    public long TotalBytes { get; set; } = 64 * 1024 * 1024;
}
