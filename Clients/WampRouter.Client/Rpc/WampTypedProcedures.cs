using WampRouter.Client.Rpc;

namespace WampRouter.Client;

/// <summary>
/// Registers functions with typed parameters: <c>client.RegisterAsync("com.example.add", (int a, int b) => a + b)</c>. Parameters are the
/// positional arguments in order; those of type <see cref="WampInvocation"/>, <see cref="WampArguments"/> and <see cref="CancellationToken"/> are filled in. The
/// result is the first argument of the answer, a <see cref="WampPayload"/> the whole of it. A missing or unreadable argument
/// answers the caller with <see cref="WampErrorUri.InvalidArgument"/>; arguments beyond the parameters are passed over, unless <see cref="WampRegisterOptions.RefuseExtraArguments"/>
/// says otherwise.
/// </summary>
public static class WampTypedProcedures
{
    /// <summary>Registers a function of no parameters.</summary>
    /// <typeparam name="TResult">The result.</typeparam>
    /// <param name="client">The client that offers the procedure.</param>
    /// <param name="procedure">The procedure's URI.</param>
    /// <param name="handler">What to run for a call.</param>
    /// <param name="options">How to register.</param>
    /// <param name="cancellationToken">Ends the wait for the router.</param>
    /// <returns>The registration; dispose it to unregister.</returns>
    public static Task<WampRegistration> RegisterAsync<TResult>(
        this IWampClient client, string procedure, Func<TResult> handler, WampRegisterOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(handler);
        return client.RegisterAsync(procedure, (WampInvocation invocation) =>
        {
            new ArgumentCursor(invocation).End();
            return ArgumentCursor.Answer(handler());
        }, options, cancellationToken);
    }

    /// <summary>Registers a function of one parameter.</summary>
    /// <typeparam name="T1">The first parameter.</typeparam>
    /// <typeparam name="TResult">The result.</typeparam>
    /// <param name="client">The client that offers the procedure.</param>
    /// <param name="procedure">The procedure's URI.</param>
    /// <param name="handler">What to run for a call.</param>
    /// <param name="options">How to register.</param>
    /// <param name="cancellationToken">Ends the wait for the router.</param>
    /// <returns>The registration; dispose it to unregister.</returns>
    public static Task<WampRegistration> RegisterAsync<T1, TResult>(
        this IWampClient client, string procedure, Func<T1, TResult> handler, WampRegisterOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(handler);
        return client.RegisterAsync(procedure, (WampInvocation invocation) =>
        {
            var arguments = new ArgumentCursor(invocation);
            return ArgumentCursor.Answer(handler(arguments.Last<T1>()));
        }, options, cancellationToken);
    }

    /// <summary>Registers a function of two parameters.</summary>
    /// <typeparam name="T1">The first parameter.</typeparam>
    /// <typeparam name="T2">The second parameter.</typeparam>
    /// <typeparam name="TResult">The result.</typeparam>
    /// <param name="client">The client that offers the procedure.</param>
    /// <param name="procedure">The procedure's URI.</param>
    /// <param name="handler">What to run for a call.</param>
    /// <param name="options">How to register.</param>
    /// <param name="cancellationToken">Ends the wait for the router.</param>
    /// <returns>The registration; dispose it to unregister.</returns>
    public static Task<WampRegistration> RegisterAsync<T1, T2, TResult>(
        this IWampClient client, string procedure, Func<T1, T2, TResult> handler, WampRegisterOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(handler);
        return client.RegisterAsync(procedure, (WampInvocation invocation) =>
        {
            var arguments = new ArgumentCursor(invocation);
            return ArgumentCursor.Answer(handler(arguments.Next<T1>(), arguments.Last<T2>()));
        }, options, cancellationToken);
    }

    /// <summary>Registers a function of three parameters.</summary>
    /// <typeparam name="T1">The first parameter.</typeparam>
    /// <typeparam name="T2">The second parameter.</typeparam>
    /// <typeparam name="T3">The third parameter.</typeparam>
    /// <typeparam name="TResult">The result.</typeparam>
    /// <param name="client">The client that offers the procedure.</param>
    /// <param name="procedure">The procedure's URI.</param>
    /// <param name="handler">What to run for a call.</param>
    /// <param name="options">How to register.</param>
    /// <param name="cancellationToken">Ends the wait for the router.</param>
    /// <returns>The registration; dispose it to unregister.</returns>
    public static Task<WampRegistration> RegisterAsync<T1, T2, T3, TResult>(
        this IWampClient client, string procedure, Func<T1, T2, T3, TResult> handler, WampRegisterOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(handler);
        return client.RegisterAsync(procedure, (WampInvocation invocation) =>
        {
            var arguments = new ArgumentCursor(invocation);
            return ArgumentCursor.Answer(handler(arguments.Next<T1>(), arguments.Next<T2>(), arguments.Last<T3>()));
        }, options, cancellationToken);
    }

    /// <summary>Registers a function of four parameters.</summary>
    /// <typeparam name="T1">The first parameter.</typeparam>
    /// <typeparam name="T2">The second parameter.</typeparam>
    /// <typeparam name="T3">The third parameter.</typeparam>
    /// <typeparam name="T4">The fourth parameter.</typeparam>
    /// <typeparam name="TResult">The result.</typeparam>
    /// <param name="client">The client that offers the procedure.</param>
    /// <param name="procedure">The procedure's URI.</param>
    /// <param name="handler">What to run for a call.</param>
    /// <param name="options">How to register.</param>
    /// <param name="cancellationToken">Ends the wait for the router.</param>
    /// <returns>The registration; dispose it to unregister.</returns>
    public static Task<WampRegistration> RegisterAsync<T1, T2, T3, T4, TResult>(
        this IWampClient client, string procedure, Func<T1, T2, T3, T4, TResult> handler, WampRegisterOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(handler);
        return client.RegisterAsync(procedure, (WampInvocation invocation) =>
        {
            var arguments = new ArgumentCursor(invocation);
            return ArgumentCursor.Answer(handler(arguments.Next<T1>(), arguments.Next<T2>(), arguments.Next<T3>(), arguments.Last<T4>()));
        }, options, cancellationToken);
    }

    /// <summary>Registers an asynchronous function of no parameters.</summary>
    /// <typeparam name="TResult">The result.</typeparam>
    /// <param name="client">The client that offers the procedure.</param>
    /// <param name="procedure">The procedure's URI.</param>
    /// <param name="handler">What to run for a call.</param>
    /// <param name="options">How to register.</param>
    /// <param name="cancellationToken">Ends the wait for the router.</param>
    /// <returns>The registration; dispose it to unregister.</returns>
    public static Task<WampRegistration> RegisterAsync<TResult>(
        this IWampClient client, string procedure, Func<Task<TResult>> handler, WampRegisterOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(handler);
        return client.RegisterAsync(procedure, async (WampInvocation invocation) =>
        {
            new ArgumentCursor(invocation).End();
            return ArgumentCursor.Payload(await handler().ConfigureAwait(false));
        }, options, cancellationToken);
    }

    /// <summary>Registers an asynchronous function of one parameter.</summary>
    /// <typeparam name="T1">The first parameter.</typeparam>
    /// <typeparam name="TResult">The result.</typeparam>
    /// <param name="client">The client that offers the procedure.</param>
    /// <param name="procedure">The procedure's URI.</param>
    /// <param name="handler">What to run for a call.</param>
    /// <param name="options">How to register.</param>
    /// <param name="cancellationToken">Ends the wait for the router.</param>
    /// <returns>The registration; dispose it to unregister.</returns>
    public static Task<WampRegistration> RegisterAsync<T1, TResult>(
        this IWampClient client, string procedure, Func<T1, Task<TResult>> handler, WampRegisterOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(handler);
        return client.RegisterAsync(procedure, async (WampInvocation invocation) =>
        {
            var arguments = new ArgumentCursor(invocation);
            return ArgumentCursor.Payload(await handler(arguments.Last<T1>()).ConfigureAwait(false));
        }, options, cancellationToken);
    }

    /// <summary>Registers an asynchronous function of two parameters.</summary>
    /// <typeparam name="T1">The first parameter.</typeparam>
    /// <typeparam name="T2">The second parameter.</typeparam>
    /// <typeparam name="TResult">The result.</typeparam>
    /// <param name="client">The client that offers the procedure.</param>
    /// <param name="procedure">The procedure's URI.</param>
    /// <param name="handler">What to run for a call.</param>
    /// <param name="options">How to register.</param>
    /// <param name="cancellationToken">Ends the wait for the router.</param>
    /// <returns>The registration; dispose it to unregister.</returns>
    public static Task<WampRegistration> RegisterAsync<T1, T2, TResult>(
        this IWampClient client, string procedure, Func<T1, T2, Task<TResult>> handler, WampRegisterOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(handler);
        return client.RegisterAsync(procedure, async (WampInvocation invocation) =>
        {
            var arguments = new ArgumentCursor(invocation);
            return ArgumentCursor.Payload(await handler(arguments.Next<T1>(), arguments.Last<T2>()).ConfigureAwait(false));
        }, options, cancellationToken);
    }

    /// <summary>Registers an asynchronous function of three parameters.</summary>
    /// <typeparam name="T1">The first parameter.</typeparam>
    /// <typeparam name="T2">The second parameter.</typeparam>
    /// <typeparam name="T3">The third parameter.</typeparam>
    /// <typeparam name="TResult">The result.</typeparam>
    /// <param name="client">The client that offers the procedure.</param>
    /// <param name="procedure">The procedure's URI.</param>
    /// <param name="handler">What to run for a call.</param>
    /// <param name="options">How to register.</param>
    /// <param name="cancellationToken">Ends the wait for the router.</param>
    /// <returns>The registration; dispose it to unregister.</returns>
    public static Task<WampRegistration> RegisterAsync<T1, T2, T3, TResult>(
        this IWampClient client, string procedure, Func<T1, T2, T3, Task<TResult>> handler, WampRegisterOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(handler);
        return client.RegisterAsync(procedure, async (WampInvocation invocation) =>
        {
            var arguments = new ArgumentCursor(invocation);
            return ArgumentCursor.Payload(await handler(arguments.Next<T1>(), arguments.Next<T2>(), arguments.Last<T3>()).ConfigureAwait(false));
        }, options, cancellationToken);
    }

    /// <summary>Registers an asynchronous function of four parameters.</summary>
    /// <typeparam name="T1">The first parameter.</typeparam>
    /// <typeparam name="T2">The second parameter.</typeparam>
    /// <typeparam name="T3">The third parameter.</typeparam>
    /// <typeparam name="T4">The fourth parameter.</typeparam>
    /// <typeparam name="TResult">The result.</typeparam>
    /// <param name="client">The client that offers the procedure.</param>
    /// <param name="procedure">The procedure's URI.</param>
    /// <param name="handler">What to run for a call.</param>
    /// <param name="options">How to register.</param>
    /// <param name="cancellationToken">Ends the wait for the router.</param>
    /// <returns>The registration; dispose it to unregister.</returns>
    public static Task<WampRegistration> RegisterAsync<T1, T2, T3, T4, TResult>(
        this IWampClient client, string procedure, Func<T1, T2, T3, T4, Task<TResult>> handler, WampRegisterOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(handler);
        return client.RegisterAsync(procedure, async (WampInvocation invocation) =>
        {
            var arguments = new ArgumentCursor(invocation);
            return ArgumentCursor.Payload(await handler(arguments.Next<T1>(), arguments.Next<T2>(), arguments.Next<T3>(), arguments.Last<T4>()).ConfigureAwait(false));
        }, options, cancellationToken);
    }

    /// <summary>Registers a function of no parameters without a result.</summary>
    /// <param name="client">The client that offers the procedure.</param>
    /// <param name="procedure">The procedure's URI.</param>
    /// <param name="handler">What to run for a call.</param>
    /// <param name="options">How to register.</param>
    /// <param name="cancellationToken">Ends the wait for the router.</param>
    /// <returns>The registration; dispose it to unregister.</returns>
    public static Task<WampRegistration> RegisterAsync(
        this IWampClient client, string procedure, Action handler, WampRegisterOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(handler);
        return client.RegisterAsync(procedure, (WampInvocation invocation) =>
        {
            new ArgumentCursor(invocation).End();
            handler();
            return Task.FromResult<WampPayload?>(null);
        }, options, cancellationToken);
    }

    /// <summary>Registers a function of one parameter without a result.</summary>
    /// <typeparam name="T1">The first parameter.</typeparam>
    /// <param name="client">The client that offers the procedure.</param>
    /// <param name="procedure">The procedure's URI.</param>
    /// <param name="handler">What to run for a call.</param>
    /// <param name="options">How to register.</param>
    /// <param name="cancellationToken">Ends the wait for the router.</param>
    /// <returns>The registration; dispose it to unregister.</returns>
    public static Task<WampRegistration> RegisterAsync<T1>(
        this IWampClient client, string procedure, Action<T1> handler, WampRegisterOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(handler);
        return client.RegisterAsync(procedure, (WampInvocation invocation) =>
        {
            var arguments = new ArgumentCursor(invocation);
            handler(arguments.Last<T1>());
            return Task.FromResult<WampPayload?>(null);
        }, options, cancellationToken);
    }

    /// <summary>Registers a function of two parameters without a result.</summary>
    /// <typeparam name="T1">The first parameter.</typeparam>
    /// <typeparam name="T2">The second parameter.</typeparam>
    /// <param name="client">The client that offers the procedure.</param>
    /// <param name="procedure">The procedure's URI.</param>
    /// <param name="handler">What to run for a call.</param>
    /// <param name="options">How to register.</param>
    /// <param name="cancellationToken">Ends the wait for the router.</param>
    /// <returns>The registration; dispose it to unregister.</returns>
    public static Task<WampRegistration> RegisterAsync<T1, T2>(
        this IWampClient client, string procedure, Action<T1, T2> handler, WampRegisterOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(handler);
        return client.RegisterAsync(procedure, (WampInvocation invocation) =>
        {
            var arguments = new ArgumentCursor(invocation);
            handler(arguments.Next<T1>(), arguments.Last<T2>());
            return Task.FromResult<WampPayload?>(null);
        }, options, cancellationToken);
    }

    /// <summary>Registers a function of three parameters without a result.</summary>
    /// <typeparam name="T1">The first parameter.</typeparam>
    /// <typeparam name="T2">The second parameter.</typeparam>
    /// <typeparam name="T3">The third parameter.</typeparam>
    /// <param name="client">The client that offers the procedure.</param>
    /// <param name="procedure">The procedure's URI.</param>
    /// <param name="handler">What to run for a call.</param>
    /// <param name="options">How to register.</param>
    /// <param name="cancellationToken">Ends the wait for the router.</param>
    /// <returns>The registration; dispose it to unregister.</returns>
    public static Task<WampRegistration> RegisterAsync<T1, T2, T3>(
        this IWampClient client, string procedure, Action<T1, T2, T3> handler, WampRegisterOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(handler);
        return client.RegisterAsync(procedure, (WampInvocation invocation) =>
        {
            var arguments = new ArgumentCursor(invocation);
            handler(arguments.Next<T1>(), arguments.Next<T2>(), arguments.Last<T3>());
            return Task.FromResult<WampPayload?>(null);
        }, options, cancellationToken);
    }
}
