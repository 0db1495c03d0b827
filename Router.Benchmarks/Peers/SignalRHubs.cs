using System.Collections.Concurrent;
using Microsoft.AspNetCore.SignalR;

namespace WampRouter.Benchmarks.Peers;

/// <summary>Publish and subscribe with ASP.NET Core SignalR, as its documentation does it: a broadcast to a group.</summary>
internal sealed class SignalREventHub : Hub
{
    private const string Topic = "bench.topic";

    public Task Subscribe() => Groups.AddToGroupAsync(Context.ConnectionId, Topic, Context.ConnectionAborted);

    public Task Publish(string payload) => Clients.Group(Topic).SendAsync("Event", payload, Context.ConnectionAborted);
}

/// <summary>Calls between clients with ASP.NET Core SignalR: a hub method invokes a method of another client and returns its result.</summary>
internal sealed class SignalRCallHub(ProcedureDirectory procedures) : Hub
{
    public void Register(int procedure) => procedures.Register(procedure, Context.ConnectionId);

    public Task<string> Call(int procedure, string payload) =>
        Clients.Client(procedures.CalleeOf(procedure)).InvokeAsync<string>("Invoke", payload, Context.ConnectionAborted);
}

/// <summary>Which connection serves which procedure.</summary>
internal sealed class ProcedureDirectory
{
    private readonly ConcurrentDictionary<int, string> _connections = new();

    /// <summary>The last one to register serves.</summary>
    public void Register(int procedure, string connectionId) => _connections[procedure] = connectionId;

    /// <summary>The connection that serves a procedure.</summary>
    public string CalleeOf(int procedure) =>
        _connections.TryGetValue(procedure, out var connectionId) ? connectionId : throw new HubException("no such procedure");
}
