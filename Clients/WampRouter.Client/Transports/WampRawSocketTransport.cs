using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using WampRouter.Client.Transports;
using WampRouter.Wire;

namespace WampRouter.Client;

/// <summary>
/// A router that is reached by RawSocket (spec: "RawSocket Transport"): the fast way for services, which need no HTTP. At <c>tcp://host:port</c>, with TLS at <c>tcps://host:port</c>, or at a Unix domain socket,
/// <c>unix:/run/wamprouter.sock</c>.
/// </summary>
public sealed class WampRawSocketTransport : IWampTransport
{
    /// <summary>A router at an address.</summary>
    /// <param name="uri">The address, such as <c>tcp://example.com:8080</c> or <c>unix:/run/wamprouter.sock</c>.</param>
    /// <exception cref="ArgumentException">The address is none of those, or has no port.</exception>
    public WampRawSocketTransport(Uri uri)
    {
        ArgumentNullException.ThrowIfNull(uri);
        if (WampTransport.FindMistake(uri, "tcp", "tcps", "unix") is { } mistake)
        {
            throw new ArgumentException($"The address {mistake}.", nameof(uri));
        }

        Uri = uri;
    }

    /// <summary>The router's address.</summary>
    public Uri Uri { get; }

    /// <summary>
    /// The largest message to accept, in bytes: 512 to 16 MiB, which is the default. The router is told the highest power of two that it holds, and does not send what is longer: an event is left out, and a call that
    /// leads to it fails with <see cref="WampErrorUri.PayloadSizeExceeded"/>.
    /// </summary>
    public int MaxMessageBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, RawSocketHandshake.LeastBytes);
            field = value;
        }
    } = RawSocketPrefix.MaxLength;

    /// <summary>How long the router may be silent before a ping is sent. Default 20 s; zero: no pings.</summary>
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long to wait for a sign of life after a ping before the connection counts as lost. Default 20 s.</summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Certificates, the versions of TLS, the name that the router's certificate must have: everything that is said before a TLS handshake. Called before each attempt at a <c>tcps</c> address.</summary>
    public Action<SslClientAuthenticationOptions>? ConfigureTls { get; init; }

    /// <summary>Opens the stream where it is not to be opened by a socket of its own, as through a tunnel: gets the address. The stream is the connection's, which disposes of it; for <c>tcps</c> it has no TLS yet.</summary>
    public Func<Uri, CancellationToken, ValueTask<Stream>>? Open { get; init; }

    /// <summary>The clock of pings, for tests of the application. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <inheritdoc/>
    /// <exception cref="WampConnectionException">The router could not be reached, or did not let the client in; the message names the address and what to look at.</exception>
    public async ValueTask<IWampConnection> ConnectAsync(IReadOnlyList<string> subprotocols, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(subprotocols);
        var requests = subprotocols.Select(subprotocol => (subprotocol, Request: RequestOf(subprotocol))).Where(offer => offer.Request is not null).ToArray();
        for (var i = 0; ; i++)
        {
            if (i == requests.Length)
            {
                throw RawSocketFailure.Refused(Uri, RawSocketError.SerializerUnsupported);
            }

            // One serializer a connection: the next one is asked for by another.
            if (await TryConnectAsync(requests[i].subprotocol, requests[i].Request!, isLast: i == requests.Length - 1, cancellationToken).ConfigureAwait(false) is { } connection)
            {
                return connection;
            }
        }
    }

    /// <summary>The handshake that asks for a subprotocol; null where RawSocket has no number for it.</summary>
    private byte[]? RequestOf(string subprotocol)
    {
        WireFormat? format = subprotocol switch { "wamp.2.json" => WireFormat.Json, "wamp.2.msgpack" => WireFormat.MessagePack, "wamp.2.cbor" => WireFormat.Cbor, _ => null };
        return format is { } spoken ? RawSocketHandshake.Write(spoken, RawSocketHandshake.Acceptable(MaxMessageBytes)) : null;
    }

    private async Task<RawSocketConnection?> TryConnectAsync(string subprotocol, byte[] request, bool isLast, CancellationToken cancellationToken)
    {
        Stream? stream = null;
        try
        {
            stream = Open is { } open ? await open(Uri, cancellationToken).ConfigureAwait(false) : await ConnectSocketAsync(cancellationToken).ConfigureAwait(false);
            stream = await SecureAsync(stream, cancellationToken).ConfigureAwait(false);
            await stream.WriteAsync(request, cancellationToken).ConfigureAwait(false);
            var reply = new byte[RawSocketHandshake.Bytes];
            var read = await stream.ReadAtLeastAsync(reply, reply.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            var maxSendBytes = RawSocketFailure.ThrowIfRefused(Uri, request, reply.AsSpan(0, read), out var error);
            if (error == RawSocketError.SerializerUnsupported && !isLast)
            {
                await stream.DisposeAsync().ConfigureAwait(false);
                return null;
            }

            return error == RawSocketError.None ? new RawSocketConnection(stream, subprotocol, maxSendBytes, this) : throw RawSocketFailure.Refused(Uri, error);
        }
        catch (Exception e)
        {
            if (stream is not null)
            {
                await stream.DisposeAsync().ConfigureAwait(false);
            }

            if (e is SocketException or IOException or AuthenticationException)
            {
                throw RawSocketFailure.Describe(Uri, e);
            }

            throw;
        }
    }

    private async ValueTask<Stream> ConnectSocketAsync(CancellationToken cancellationToken)
    {
        var isUnix = Uri.Scheme == "unix";
        var socket = isUnix ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            EndPoint address = isUnix ? new UnixDomainSocketEndPoint(Uri.UnescapeDataString(Uri.AbsolutePath)) : new DnsEndPoint(Uri.DnsSafeHost, Uri.Port);
            await socket.ConnectAsync(address, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async ValueTask<Stream> SecureAsync(Stream stream, CancellationToken cancellationToken)
    {
        if (Uri.Scheme != "tcps")
        {
            return stream;
        }

        var options = new SslClientAuthenticationOptions { TargetHost = Uri.DnsSafeHost };
        ConfigureTls?.Invoke(options);
        var tls = new SslStream(stream);
        try
        {
            await tls.AuthenticateAsClientAsync(options, cancellationToken).ConfigureAwait(false);
            return tls;
        }
        catch
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
