using WampRouter.Delivery;
using WampRouter.Realms.Members;
using WampRouter.Realms.Messages;
using WampRouter.Realms.Metrics;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Peers;
using WampRouter.Realms.Policies;
using WampRouter.Realms.Uris;
using WampRouter.Wire;

namespace WampRouter.Realms.Dealer;

/// <summary>
/// All registrations of a realm. Lookups take no lock; changes are made under one. A registration that ends is unlinked before it loses
/// its last callee, and a callee is removed from it before its endpoint is closed. So a thread that finds an empty registration or a
/// closed endpoint only has to look up again.
/// </summary>
internal sealed class Registrations(LivePolicy policy, UriTable uris, IReadOnlyList<IRegistrationObserver> observers, TimeProvider time, ulong lastId = 0)
{
    private readonly Lock _changes = new();      // lock order: Registrations -> UriTable, CallQueue, PendingInvocations, Outbox
    private readonly Dictionary<ulong, Registration> _byId = [];
    private readonly PatternTrie<Registration> _patterns = new();
    private ulong _lastId = lastId;

    /// <summary>How many registrations there are now.</summary>
    public int Count
    {
        get
        {
            lock (_changes)
            {
                return _byId.Count;
            }
        }
    }

    /// <summary>All registrations as of now.</summary>
    public Registration[] List()
    {
        lock (_changes)
        {
            return [.. _byId.Values];
        }
    }

    /// <summary>A registration by its id, or null.</summary>
    public Registration? Get(ulong id)
    {
        lock (_changes)
        {
            return _byId.GetValueOrDefault(id);
        }
    }

    /// <summary>The registration of exactly this URI or pattern, or null. Any thread, no lock.</summary>
    public Registration? Find(ReadOnlySpan<byte> uri, MatchPolicy match) =>
        match == MatchPolicy.Exact ? uris.Find(uri).Registration : _patterns.Find(match, uri);

    /// <summary>The registration that gets the calls of a procedure, or null (<c>rfc/text/advanced/rpc_pattern_based_registration.md</c> "Calls matching multiple registrations").</summary>
    public Registration? Find(UriEntry procedure) =>
        procedure.Registration ?? (_patterns.Count == 0 || procedure.IsReserved ? null : FindPattern(procedure));

    /// <summary>Makes a session a callee and answers its REGISTER. Returns null, or why not.</summary>
    /// <param name="member">The session.</param>
    /// <param name="judge">The policy that allows it.</param>
    /// <param name="register">The REGISTER, whose URI was checked.</param>
    /// <param name="options">Its options.</param>
    /// <param name="batch">Flushed by the caller.</param>
    /// <param name="orphans">Takes the calls that waited for callees which were removed.</param>
    /// <param name="queue">The queue whose calls may now have a callee; null if there is none.</param>
    /// <param name="isOutdated">True: nothing was done, because another policy is current by now. The REGISTER must be judged again.</param>
    public Refusal? Register(
        Member member, RealmPolicy judge, in WampMessage register, in RegisterOptions options, FlushBatch batch, List<CallRecord> orphans, out CallQueue? queue, out bool isOutdated)
    {
        queue = null;
        lock (_changes)
        {
            // Under the lock: a registration is here before the next policy looks at all of them, or is judged by that.
            isOutdated = !ReferenceEquals(judge, policy.Current);
            if (isOutdated || member.LeftDealer)
            {
                return null;        // the session left meanwhile and needs no answer
            }

            if (member.Quota.Take(Resource.Registrations, 1, Resource.RegistrationBytes, CalleeEndpoint.SizeOf(register.Text.Length)) is { } tooMany)
            {
                return tooMany;
            }

            var registration = Find(register.Text, options.Match);
            if (registration is not null && options.ForceReregister)
            {
                foreach (var endpoint in registration.Endpoints)
                {
                    Revoke(endpoint, "another callee registered the procedure with force_reregister", batch, orphans);
                }

                registration = null;
            }

            if (registration is not null && RefusalOf(registration, member, options) is { } refusal)
            {
                GiveBack(member, register.Text.Length);
                return refusal;
            }

            member.Endpoints ??= [];
            queue = Join(registration, member, register, options, batch).Queue;
            return null;
        }
    }

    /// <summary>Ends a session's registration and acknowledges it; false if the session does not have it.</summary>
    /// <param name="member">The session.</param>
    /// <param name="unregister">Its UNREGISTER.</param>
    /// <param name="batch">Flushed by the caller.</param>
    /// <param name="orphans">Takes the calls that waited for it.</param>
    public bool TryUnregister(Member member, in WampMessage unregister, FlushBatch batch, List<CallRecord> orphans)
    {
        lock (_changes)
        {
            if (member.Endpoints?.Remove(unregister.Registration, out var endpoint) is not true)
            {
                return false;
            }

            Drop(endpoint, batch, orphans);
            member.Peer.Acknowledge(MessageCode.Unregistered, unregister.Request, batch);
            return true;
        }
    }

    /// <summary>Takes a registration away from a session, and tells the session if it announced that feature. False if the session does not have it.</summary>
    public bool TryRevoke(ulong registration, ulong session, string reason, FlushBatch batch, List<CallRecord> orphans)
    {
        lock (_changes)
        {
            foreach (var endpoint in _byId.TryGetValue(registration, out var found) ? found.Endpoints : default)
            {
                if (endpoint.Callee.Identity.Session == session)
                {
                    Revoke(endpoint, reason, batch, orphans);
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Takes registrations away from sessions, and tells the sessions.</summary>
    /// <param name="isMeant">Picks them; called under the lock.</param>
    /// <param name="reason">The reason that the sessions are told, a URI.</param>
    /// <param name="batch">Flushed by the caller.</param>
    /// <param name="orphans">Takes the calls that waited for them.</param>
    /// <returns>How many were taken away.</returns>
    public int RevokeWhere(Predicate<CalleeEndpoint> isMeant, string reason, FlushBatch batch, List<CallRecord> orphans)
    {
        var revoked = 0;
        foreach (var registration in List())
        {
            // The lock is taken for one at a time, so that others can register meanwhile.
            lock (_changes)
            {
                foreach (var endpoint in registration.Endpoints)        // a snapshot, which the loop does not change
                {
                    if (isMeant(endpoint))
                    {
                        Revoke(endpoint, reason, batch, orphans);
                        revoked++;
                    }
                }
            }
        }

        return revoked;
    }

    /// <summary>Ends all registrations of a leaving session; later REGISTERs of the session have no effect. Idempotent.</summary>
    /// <param name="member">The session.</param>
    /// <param name="batch">Flushed by the caller.</param>
    /// <param name="orphans">Takes the calls that waited for it.</param>
    public void Leave(Member member, FlushBatch batch, List<CallRecord> orphans)
    {
        lock (_changes)
        {
            member.LeftDealer = true;
            foreach (var endpoint in member.Endpoints?.Values ?? Enumerable.Empty<CalleeEndpoint>())
            {
                Drop(endpoint, batch, orphans);
            }

            member.Endpoints = null;
        }
    }

    private static void GiveBack(Member member, int uriBytes) => member.Quota.Give(Resource.Registrations, Resource.RegistrationBytes, CalleeEndpoint.SizeOf(uriBytes));

    private static Refusal? RefusalOf(Registration existing, Member member, in RegisterOptions options) =>
        existing.IsServedBy(member) ? Refusal.ProcedureExistsAlready
        : existing.Policy == InvocationPolicy.Single ? Refusal.ProcedureExists
        : existing.Policy != options.Invoke ? Refusal.ProcedureHasOtherPolicy
        : null;

    private Registration? FindPattern(UriEntry procedure)
    {
        // The version is read first. If patterns change meanwhile, the result is newer than the version, and is only looked up once more.
        var version = _patterns.Version;
        var found = procedure.PatternRoute;
        if (found is null || found.Version != version)
        {
            procedure.PatternRoute = found = new UriEntry.Route(version, _patterns.FindBest(procedure.Utf8));
        }

        return found.Registration;
    }

    private Registration Join(Registration? existing, Member member, in WampMessage register, in RegisterOptions options, FlushBatch batch)
    {
        var registration = existing ?? Create(register.Text, options);
        var endpoint = new CalleeEndpoint(registration, member, options);
        member.Endpoints!.Add(registration.Id, endpoint);

        // REGISTERED is enqueued before callers can find the callee: WAMP requires this order.
        member.Peer.Acknowledge(MessageCode.Registered, register.Request, registration.Id, batch);
        registration.Add(endpoint);
        if (existing is null)
        {
            Link(registration);
        }

        foreach (var observer in observers)
        {
            if (existing is null)
            {
                observer.OnCreate(member, registration, batch);
            }

            observer.OnRegister(member, registration, batch);
        }

        return registration;
    }

    /// <summary>Ids of the router scope. After the largest one they start again, and skip ids in use.</summary>
    private ulong NextId()
    {
        do
        {
            _lastId = WampId.After(_lastId);
        }
        while (_byId.ContainsKey(_lastId));

        return _lastId;
    }

    private Registration Create(ReadOnlySpan<byte> uri, in RegisterOptions options)
    {
        var procedure = options.Match == MatchPolicy.Exact ? uris.Pin(uri) : null;
        return new Registration(NextId(), procedure?.Utf8 ?? uri.ToArray(), options, time.GetUtcNow()) { Procedure = procedure };
    }

    /// <summary>Takes a registration away from a callee, and tells it if it announced that feature (<c>rfc/text/advanced/rpc_registration_revocation.md</c>).</summary>
    private void Revoke(CalleeEndpoint endpoint, string reason, FlushBatch batch, List<CallRecord> orphans)
    {
        var callee = endpoint.Callee;
        callee.Endpoints!.Remove(endpoint.Registration.Id);
        Drop(endpoint, batch, orphans, isRevoked: true);
        if ((callee.Features & PeerFeatures.CalleeRevocation) != 0)
        {
            callee.Peer.Send(CallFrames.Revocation(callee.Peer, endpoint.Registration.Id, reason), batch);
        }
    }

    private void Drop(CalleeEndpoint endpoint, FlushBatch batch, List<CallRecord> orphans, bool isRevoked = false)
    {
        var registration = endpoint.Registration;
        var isLast = registration.Endpoints.Length == 1;
        if (isLast)
        {
            Unlink(registration);
        }

        registration.Remove(endpoint);
        endpoint.Close();
        GiveBack(endpoint.Callee, registration.Uri.Length);
        if (isLast && registration.Queue is { } queue)
        {
            lock (queue.Gate)
            {
                orphans.AddRange(queue.Close());
            }
        }

        foreach (var observer in observers)
        {
            observer.OnUnregister(endpoint.Callee, registration, isRevoked, batch);
            if (isLast)
            {
                observer.OnDelete(endpoint.Callee, registration, batch);
            }
        }
    }

    private void Link(Registration registration)
    {
        _byId.Add(registration.Id, registration);
        if (registration.Procedure is { } procedure)
        {
            procedure.Registration = registration;
        }
        else
        {
            _patterns.Add(registration.Match, registration.Uri, registration);
        }
    }

    private void Unlink(Registration registration)
    {
        _byId.Remove(registration.Id);
        if (registration.Procedure is { } procedure)
        {
            procedure.Registration = null;
            uris.Unpin(procedure);
        }
        else
        {
            _patterns.Remove(registration.Match, registration.Uri);
        }
    }
}
