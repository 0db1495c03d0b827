using WampRouter.Wire;

namespace WampRouter.Client.Sessions;

/// <summary>From the open connection to WELCOME (spec: "Session Establishment").</summary>
internal sealed class Handshake(WampClientOptions options, IWampConnection connection, WireFormat format)
{
    private readonly MessageWriter _writer = new(new WireEncoding(format, Framing.WebSocket));

    private string Realm => options.Realm;

    /// <summary>Joins the realm.</summary>
    /// <param name="resume">The session to get back; null: a new one.</param>
    /// <param name="cancellationToken">Ends the wait for the router.</param>
    /// <exception cref="WampConnectionException">The router refused, broke the protocol or closed.</exception>
    public async Task<WampSessionDetails> JoinAsync(ResumeRequest? resume, CancellationToken cancellationToken)
    {
        await SendAsync(new HelloMessage(Realm, options.Authentication, isResumable: options.Resumption is not null, resume), cancellationToken).ConfigureAwait(false);
        var challenged = false;
        while (true)
        {
            var reply = await connection.ReceiveAsync(cancellationToken).ConfigureAwait(false)
                ?? throw WampConnectionException.NetworkFailure($"The router closed the connection before the client had joined realm '{Realm}'.");
            var (welcome, challenge) = Read(reply.Span);
            if (welcome is not null)
            {
                return welcome;
            }

            if (challenged)
            {
                throw await AbortAsync("CHALLENGE came twice", cancellationToken).ConfigureAwait(false);
            }

            challenged = true;
            var signature = await options.Authentication.RespondAsync(challenge!, cancellationToken).ConfigureAwait(false);
            await SendAsync(new AuthenticateMessage(signature), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Ends a session right after it was joined, without waiting for the router.</summary>
    public ValueTask LeaveAsync(CancellationToken cancellationToken) =>
        SendAsync(new FarewellMessage(MessageCode.Goodbye, WampClient.CloseReason), cancellationToken);

    private (WampSessionDetails? Welcome, WampDetails? Challenge) Read(ReadOnlySpan<byte> reply)
    {
        if (!MessageReader.TryRead(format, reply, out var message, out var fault))
        {
            throw WampConnectionException.Violation(fault!);
        }

        var details = new WampDetails(format, message.Options, options.PayloadSerializer);
        var text = System.Text.Encoding.UTF8.GetString(message.Text);
        return message.Code switch
        {
            MessageCode.Welcome => (new WampSessionDetails((long)message.Session, Realm, connection.Subprotocol, details, options.AssumedFeatures), null),
            MessageCode.Challenge when text == options.Authentication.Method => (null, details),
            MessageCode.Challenge => throw WampConnectionException.Violation($"it challenged by '{text}', but '{options.Authentication.Method}' was offered"),
            MessageCode.Abort => throw Refusal(text, details.GetText("message")),
            _ => throw WampConnectionException.Violation($"{message.Code} came before WELCOME"),
        };
    }

    private WampConnectionException Refusal(string reason, string? text) =>
        new(reason, text is null ? $"The router refused realm '{Realm}' with {reason}." : $"The router refused realm '{Realm}' with {reason}: {text}");

    private async ValueTask<WampConnectionException> AbortAsync(string what, CancellationToken cancellationToken)
    {
        await SendAsync(new FarewellMessage(MessageCode.Abort, WampErrorUri.ProtocolViolation, what), cancellationToken).ConfigureAwait(false);
        return WampConnectionException.Violation(what);
    }

    private ValueTask SendAsync<TMessage>(TMessage message, CancellationToken cancellationToken)
        where TMessage : struct, IOutbound
    {
        message.Write(_writer, 0);

        // Copied: the writer's buffer must not be borrowed across an await.
        return connection.SendAsync(_writer.Body.ToArray(), endOfBatch: true, cancellationToken);
    }
}
