using WampRouter.Wire;

namespace WampRouter.Realms.Dealer;

/// <summary>
/// Who serves what. Looking a procedure up takes no lock; changes take turns. A registration stops naming a callee before that callee's
/// endpoint is closed: whoever meets a closed endpoint and looks again finds something else.
/// </summary>
internal sealed class Registrations(UriTable uris)
{
    private readonly Lock _changes = new();      // lock order: Registrations -> UriTable, PendingInvocations, Outbox
    private readonly Dictionary<ulong, Registration> _byId = [];
    private ulong _lastId;

    /// <summary>Procedures registered now.</summary>
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

    /// <summary>What serves calls of a procedure, or null.</summary>
    public static Registration? Find(UriEntry procedure) => procedure.Registration;

    /// <summary>Makes a session a callee and tells it so. Null, or why not.</summary>
    public Refusal? Register(Member member, in WampMessage register, in RegisterOptions options, FlushBatch batch)
    {
        lock (_changes)
        {
            if (member.LeftDealer)
            {
                return null;        // it left while this REGISTER was on its way; nobody reads an answer
            }

            member.Registrations ??= [];
            if (member.Registrations.Count >= member.Limits.MaxRegistrationsPerSession)
            {
                return Refusal.Limit("registrations");
            }

            var existing = uris.Find(register.Text).Registration;
            if (existing is not null && options.ForceReregister)
            {
                Revoke(existing, "another callee registered the procedure with force_reregister", batch);
                existing = null;
            }

            if (existing is not null && RefusalOf(existing, member, options) is { } refusal)
            {
                return refusal;
            }

            var registration = existing ?? new Registration(++_lastId, uris.Pin(register.Text), options.Invoke);
            var endpoint = new CalleeEndpoint(registration, member);
            member.Registrations.Add(registration.Id, endpoint);

            // REGISTERED goes out before a caller can find the callee: WAMP orders it so.
            member.Peer.Acknowledge(MessageCode.Registered, register.Request, registration.Id, batch);
            registration.Add(endpoint);
            if (existing is null)
            {
                Link(registration);
            }

            return null;
        }
    }

    /// <summary>Ends one session's part in a registration and acknowledges it; false where it has none.</summary>
    public bool TryUnregister(Member member, in WampMessage unregister, FlushBatch batch)
    {
        lock (_changes)
        {
            if (member.Registrations?.Remove(unregister.Registration, out var endpoint) is not true)
            {
                return false;
            }

            Drop(endpoint);
            member.Peer.Acknowledge(MessageCode.Unregistered, unregister.Request, batch);
            return true;
        }
    }

    /// <summary>Ends all of a leaving session's registrations; later REGISTERs of it have no effect. Idempotent.</summary>
    public void Leave(Member member)
    {
        lock (_changes)
        {
            member.LeftDealer = true;
            foreach (var endpoint in member.Registrations?.Values ?? Enumerable.Empty<CalleeEndpoint>())
            {
                Drop(endpoint);
            }

            member.Registrations = null;
        }
    }

    private static Refusal? RefusalOf(Registration existing, Member member, in RegisterOptions options) =>
        existing.Policy == InvocationPolicy.Single ? Refusal.ProcedureExists
        : existing.Policy != options.Invoke ? Refusal.ProcedureExistsOtherwise
        : existing.IsServedBy(member) ? Refusal.ProcedureExistsAlready
        : null;

    /// <summary>Takes a registration away from its callees and tells those who understand it (<c>rfc/text/advanced/rpc_registration_revocation.md</c>).</summary>
    private void Revoke(Registration registration, string reason, FlushBatch batch)
    {
        foreach (var endpoint in registration.Endpoints)
        {
            var callee = endpoint.Callee;
            callee.Registrations!.Remove(registration.Id);
            Drop(endpoint);
            if ((callee.Features & PeerFeatures.CalleeRevocation) != 0)
            {
                callee.Peer.Send(CallFrames.Revocation(callee.Peer, registration.Id, reason), batch);
            }
        }
    }

    private void Drop(CalleeEndpoint endpoint)
    {
        var registration = endpoint.Registration;
        if (registration.Remove(endpoint))
        {
            Unlink(registration);
        }

        endpoint.Close();
    }

    private void Link(Registration registration)
    {
        _byId.Add(registration.Id, registration);
        registration.Procedure.Registration = registration;
    }

    private void Unlink(Registration registration)
    {
        _byId.Remove(registration.Id);
        registration.Procedure.Registration = null;
        uris.Unpin(registration.Procedure);
    }
}
