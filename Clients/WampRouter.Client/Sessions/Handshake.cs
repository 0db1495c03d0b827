using WampRouter.Client.Serialization;
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
    /// <exception cref="WampConnectionException">The router refused, broke the protocol or closed, or the client could not say who it is.</exception>
    public async Task<WampSessionDetails> JoinAsync(ResumeRequest? resume, CancellationToken cancellationToken)
    {
        WampLogin login;
        byte[]? extra;
        try
        {
            login = await options.Authentication.BeginAsync(new WampJoin(Realm, connection), cancellationToken).ConfigureAwait(false);
            extra = Encode(login.AuthExtra);
        }
        catch (Exception e) when (IsFault(e, cancellationToken))
        {
            throw Failed(e);
        }

        await SendAsync(new HelloMessage(Realm, options.Authentication, extra, isResumable: options.Resumption is not null, resume), cancellationToken).ConfigureAwait(false);
        for (var round = 1; ; round++)
        {
            var reply = await connection.ReceiveAsync(cancellationToken).ConfigureAwait(false)
                ?? throw WampConnectionException.NetworkFailure($"The router closed the connection before the client had joined realm '{Realm}'.");
            var (welcome, challenge) = Read(reply.Span, round);
            if (challenge is not null)
            {
                await RespondAsync(login, challenge, cancellationToken).ConfigureAwait(false);
                continue;
            }

            await CheckAsync(login, welcome!, cancellationToken).ConfigureAwait(false);
            return welcome!;
        }
    }

    /// <summary>Ends a session right after it was joined, without waiting for the router.</summary>
    public ValueTask LeaveAsync(CancellationToken cancellationToken) =>
        SendAsync(new FarewellMessage(MessageCode.Goodbye, WampClient.CloseReason), cancellationToken);

    private async Task RespondAsync(WampLogin login, WampChallenge challenge, CancellationToken cancellationToken)
    {
        AuthenticateMessage answer;
        try
        {
            var response = await login.RespondAsync(challenge, cancellationToken).ConfigureAwait(false);
            answer = new AuthenticateMessage(response.Signature, Encode(response.Extra));
        }
        catch (Exception e) when (IsFault(e, cancellationToken))
        {
            throw await GiveUpAsync(MessageCode.Abort, e, cancellationToken).ConfigureAwait(false);
        }

        await SendAsync(answer, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The client is not joined before the method trusts the router.</summary>
    private async Task CheckAsync(WampLogin login, WampSessionDetails welcome, CancellationToken cancellationToken)
    {
        try
        {
            await login.CheckWelcomeAsync(welcome, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (IsFault(e, cancellationToken))
        {
            throw await GiveUpAsync(MessageCode.Goodbye, e, cancellationToken).ConfigureAwait(false);
        }
    }

    private (WampSessionDetails? Welcome, WampChallenge? Challenge) Read(ReadOnlySpan<byte> reply, int round)
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
            MessageCode.Challenge when options.Authentication.Methods.Contains(text) => (null, new WampChallenge(text, details) { Round = round }),
            MessageCode.Challenge => throw WampConnectionException.Violation($"it challenged by '{text}', but '{string.Join("', '", options.Authentication.Methods)}' was offered"),
            MessageCode.Abort => throw Refusal(text, details.GetText("message")),
            _ => throw WampConnectionException.Violation($"{message.Code} came before WELCOME"),
        };
    }

    private byte[]? Encode(IReadOnlyDictionary<string, object?>? extra) => extra is null ? null : EncodedDictionary.From(extra, options.PayloadSerializer);

    private WampConnectionException Refusal(string reason, string? text) =>
        new(reason, text is null ? $"The router refused realm '{Realm}' with {reason}." : $"The router refused realm '{Realm}' with {reason}: {text}");

    /// <summary>A method may throw anything; what the end of the attempt throws is no fault of its own.</summary>
    private static bool IsFault(Exception failure, CancellationToken cancellationToken) => failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested;

    private WampConnectionException Failed(Exception failure) => failure switch
    {
        WampConnectionException e => e,
        WampException { ErrorUri: WampErrorUri.ProtocolViolation } e => WampConnectionException.Violation(e.Message),
        WampException e => new WampConnectionException(e.ErrorUri, e.Message, e),
        _ => new WampConnectionException(WampErrorUri.AuthenticationFailed, $"The client could not authenticate for realm '{Realm}': {failure.Message}", failure),
    };

    /// <summary>The client ends the attempt. The router learns what the method says of it, but not what else went wrong on this side.</summary>
    private async ValueTask<WampConnectionException> GiveUpAsync(MessageCode code, Exception failure, CancellationToken cancellationToken)
    {
        var cause = Failed(failure);
        await SendAsync(new FarewellMessage(code, cause.ErrorUri, failure is WampException ? failure.Message : null), cancellationToken).ConfigureAwait(false);
        return cause;
    }

    private ValueTask SendAsync<TMessage>(TMessage message, CancellationToken cancellationToken)
        where TMessage : struct, IOutbound
    {
        message.Write(_writer, 0);

        // Copied: the writer's buffer must not be borrowed across an await.
        return connection.SendAsync(_writer.Body.ToArray(), endOfBatch: true, cancellationToken);
    }
}
