using System.Runtime.CompilerServices;
using System.Threading.Channels;
using WampRouter.Client.Diagnostics;
using WampRouter.Client.Serialization;
using WampRouter.Client.Sessions;

namespace WampRouter.Client.Rpc;

/// <summary>The caller side of a client, over all its sessions. Any thread.</summary>
internal sealed class Caller(SessionKeeper keeper, WampClientOptions options, ClientTelemetry telemetry)
{
    private static readonly WampCallOptions Default = new();

    public async Task<WampArguments> CallAsync(string procedure, WampPayload? arguments, WampCallOptions? callOptions, CancellationToken cancellationToken)
    {
        var operation = telemetry.BeginCall(procedure);
        try
        {
            var call = await SendAsync(procedure, arguments, moreFollows: false, Checked(callOptions), null, operation.Context, cancellationToken).ConfigureAwait(false);
            return await call.ResultAsync(options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (operation.Fail(e))
        {
            throw;
        }
        finally
        {
            operation.End();
        }
    }

    /// <summary>Calls with arguments that come in pieces; the end of the call ends their enumeration.</summary>
    public async Task<WampArguments> CallInPiecesAsync(
        string procedure, IAsyncEnumerable<WampPayload> pieces, WampCallOptions? callOptions, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var operation = telemetry.BeginCall(procedure);
        try
        {
            var call = await BeginAsync(procedure, CallArguments.InPieces(pieces), Checked(callOptions), null, operation.Context, stop.Token).ConfigureAwait(false);
            return await call.ResultAsync(options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (operation.Fail(e))
        {
            throw;
        }
        catch (OperationCanceledException e)
        {
            throw Named(e, cancellationToken);
        }
        finally
        {
            operation.End();
            await stop.CancelAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Calls and yields every result as it comes; whoever stops reading cancels the call.</summary>
    public async IAsyncEnumerable<WampArguments> CallProgressivelyAsync(
        string procedure, CallArguments arguments, WampCallOptions? callOptions, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        callOptions = Checked(callOptions);
        var results = Channel.CreateBounded<WampArguments>(new BoundedChannelOptions(callOptions.BufferSize) { SingleReader = true });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var operation = telemetry.BeginCall(procedure);
        PendingCall call;
        try
        {
            call = await BeginAsync(procedure, arguments, callOptions, results, operation.Context, stop.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            operation.Fail(e);
            operation.End();
            throw;
        }

        var end = EndingAsync(operation, call.ResultAsync(options.TimeProvider, stop.Token));
        try
        {
            await foreach (var result in results.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
            {
                yield return result;
            }

            // The last result is often only the end.
            var last = await EndOf(end, cancellationToken).ConfigureAwait(false);
            if (last.Elements > 0)
            {
                yield return last;
            }
        }
        finally
        {
            end.Forget();
            await stop.CancelAsync().ConfigureAwait(false);
        }
    }

    private static async Task<WampArguments> EndingAsync(Operation operation, Task<WampArguments> result)
    {
        try
        {
            return await result.ConfigureAwait(false);
        }
        catch (Exception e) when (operation.Fail(e))
        {
            throw;
        }
        finally
        {
            operation.End();
        }
    }

    private static async Task<WampArguments> EndOf(Task<WampArguments> result, CancellationToken cancellationToken)
    {
        try
        {
            return await result.ConfigureAwait(false);
        }
        catch (OperationCanceledException e)
        {
            throw Named(e, cancellationToken);
        }
    }

    /// <summary>The token a canceled call names is the one its caller knows.</summary>
    private static OperationCanceledException Named(OperationCanceledException canceled, CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested && canceled.CancellationToken != cancellationToken
            ? new OperationCanceledException(canceled.Message, canceled, cancellationToken)
            : canceled;

    private static WampCallOptions Checked(WampCallOptions? options)
    {
        options ??= Default;
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.Timeout ?? TimeSpan.MaxValue, TimeSpan.Zero, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BufferSize, 1, nameof(options));
        return options;
    }

    /// <summary>Sends the CALL, or the first of them; the pieces after it follow in the background until there are no more, or <paramref name="stop"/> is canceled.</summary>
    private async Task<PendingCall> BeginAsync(
        string procedure, CallArguments arguments, WampCallOptions callOptions, Channel<WampArguments>? results, TraceContext trace, CancellationToken stop)
    {
        if (arguments.Pieces is null)
        {
            return await SendAsync(procedure, arguments.Whole, moreFollows: false, callOptions, results, trace, stop).ConfigureAwait(false);
        }

        var pieces = arguments.Pieces.GetAsyncEnumerator(stop);
        PendingCall? call = null;
        try
        {
            // That a piece is the last one is known when the next one was asked for, and the procedure need not wait for that.
            var isPiece = await pieces.MoveNextAsync().ConfigureAwait(false);
            call = await SendAsync(procedure, isPiece ? pieces.Current : null, moreFollows: isPiece, callOptions, results, trace, stop).ConfigureAwait(false);
            if (isPiece)
            {
                SendRestAsync(call, pieces, stop).Forget();
                return call;
            }
        }
        catch when (call is null)
        {
            await pieces.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        await pieces.DisposeAsync().ConfigureAwait(false);
        return call;
    }

    /// <summary>Never fails: what goes wrong is the outcome of the call.</summary>
    private async Task SendRestAsync(PendingCall call, IAsyncEnumerator<WampPayload> pieces, CancellationToken stop)
    {
        try
        {
            await using (pieces.ConfigureAwait(false))
            {
                while (await pieces.MoveNextAsync().ConfigureAwait(false))
                {
                    await call.SendPieceAsync(pieces.Current, moreFollows: true, options.PayloadSerializer, stop).ConfigureAwait(false);
                }

                await call.SendPieceAsync(null, moreFollows: false, options.PayloadSerializer, stop).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The call is over, or its caller has canceled it: there is nobody to send the rest to.
        }
        catch (Exception e)
        {
            // The caller's own enumeration may throw anything: the procedure will not get the rest, so the call cannot succeed.
            call.Abandon(e);
        }
    }

    private async Task<PendingCall> SendAsync(
        string procedure, WampPayload? arguments, bool moreFollows, WampCallOptions callOptions, Channel<WampArguments>? results, TraceContext trace, CancellationToken cancellationToken)
    {
        Uris.ThrowIfInvalid(procedure);
        cancellationToken.ThrowIfCancellationRequested();
        var session = await keeper.CurrentAsync(cancellationToken).ConfigureAwait(false);
        var call = new PendingCall(procedure, callOptions, session.Outbox) { Table = session.Pending, Results = results?.Writer };
        using var payload = EncodedPayload.From(arguments, options.PayloadSerializer);
        var message = new CallMessage(
            procedure, callOptions, receiveProgress: results is not null, moreFollows, tellsTimeout: session.Outbox.Knows(RouterFeatures.CallTimeout), payload, trace);
        await session.Outbox.SendAsync(message, call, cancellationToken).ConfigureAwait(false);
        return call;
    }
}
