using System.Runtime.CompilerServices;
using System.Threading.Channels;
using WampRouter.Client.Serialization;
using WampRouter.Client.Sessions;

namespace WampRouter.Client.Rpc;

/// <summary>The caller side of a client, over all its sessions. Any thread.</summary>
internal sealed class Caller(SessionKeeper keeper, WampClientOptions options)
{
    private static readonly WampCallOptions Default = new();

    public async Task<WampArguments> CallAsync(string procedure, WampPayload? arguments, WampCallOptions? callOptions, CancellationToken cancellationToken)
    {
        var call = await SendAsync(procedure, arguments, Checked(callOptions), null, cancellationToken).ConfigureAwait(false);
        return await call.ResultAsync(options.TimeProvider, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Calls and yields every result as it comes; whoever stops reading cancels the call.</summary>
    public async IAsyncEnumerable<WampArguments> CallProgressivelyAsync(
        string procedure, WampPayload? arguments, WampCallOptions? callOptions, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        callOptions = Checked(callOptions);
        var pieces = Channel.CreateBounded<WampArguments>(new BoundedChannelOptions(callOptions.BufferSize) { SingleReader = true });
        var call = await SendAsync(procedure, arguments, callOptions, pieces, cancellationToken).ConfigureAwait(false);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var result = call.ResultAsync(options.TimeProvider, stop.Token);
        try
        {
            await foreach (var piece in pieces.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
            {
                yield return piece;
            }

            // The last result is often only the end.
            var last = await EndOf(result, cancellationToken).ConfigureAwait(false);
            if (last.Elements > 0)
            {
                yield return last;
            }
        }
        finally
        {
            result.Forget();
            await stop.CancelAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The token a canceled enumeration names is the one its reader knows.</summary>
    private static async Task<WampArguments> EndOf(Task<WampArguments> result, CancellationToken cancellationToken)
    {
        try
        {
            return await result.ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(e.Message, e, cancellationToken);
        }
    }

    private static WampCallOptions Checked(WampCallOptions? options)
    {
        options ??= Default;
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.Timeout ?? TimeSpan.MaxValue, TimeSpan.Zero, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BufferSize, 1, nameof(options));
        return options;
    }

    private async Task<PendingCall> SendAsync(
        string procedure, WampPayload? arguments, WampCallOptions callOptions, Channel<WampArguments>? pieces, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(procedure);
        cancellationToken.ThrowIfCancellationRequested();
        var session = await keeper.CurrentAsync(cancellationToken).ConfigureAwait(false);
        var call = new PendingCall(procedure, callOptions, session.Outbox) { Table = session.Pending, Pieces = pieces?.Writer };
        using var payload = EncodedPayload.From(arguments, options.PayloadSerializer);
        await session.Outbox.SendAsync(new CallMessage(procedure, callOptions, receiveProgress: pieces is not null, payload), call, cancellationToken).ConfigureAwait(false);
        return call;
    }
}
