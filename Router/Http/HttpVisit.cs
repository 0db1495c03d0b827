using System.Net;
using System.Security.Cryptography;
using System.Text;
using WampRouter.Transports;
using WampRouter.Transports.Admission;

namespace WampRouter.Http;

/// <summary>Who sends a request, and which realm it is for: what a session for it is made of.</summary>
/// <param name="Realm">The realm.</param>
/// <param name="Credentials">Who it is.</param>
/// <param name="Request">What the request says of where it comes from; settled.</param>
/// <param name="Within">The limits of the listener that it has come to.</param>
/// <param name="Remote">Where its connection comes from; null where that is not known.</param>
/// <param name="Id">The id that the request has in logs.</param>
internal sealed record HttpVisit(string Realm, HttpCredentials Credentials, VisitorRequest Request, TransportServices Within, EndPoint? Remote, string Id)
{
    /// <summary>
    /// Those with the same key may share a session: everything by which a login or a permission could tell them apart is the same. The secret is in it as a hash.
    /// </summary>
    /// <param name="readsCookies">Whether sessions look at cookies.</param>
    public HttpVisitorKey Key(bool readsCookies)
    {
        var text = new StringBuilder();
        Append(Credentials.Method, Credentials.AuthId, Credentials.Secret, Request.Host, Request.Origin, readsCookies ? Request.Cookies : null, Request.ClientCertificate?.GetCertHashString(HashAlgorithmName.SHA256));
        foreach (var identity in Request.User?.Identities ?? [])
        {
            Append(identity.AuthenticationType, identity.Name);
        }

        foreach (var claim in Request.User?.Claims ?? [])
        {
            Append(claim.Type, claim.Value, claim.Issuer);
        }

        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
        return new HttpVisitorKey(Realm, Within, Request.ClientAddress ?? (Remote as IPEndPoint)?.Address, Request.IsForwarded, Request.IsSecure, hash);

        // With its length before it, so that no two lists of values are written alike.
        void Append(params ReadOnlySpan<string?> values)
        {
            foreach (var value in values)
            {
                text.Append(value?.Length ?? -1).Append(':').Append(value);
            }
        }
    }
}

/// <summary>See <see cref="HttpVisit.Key"/>.</summary>
internal sealed record HttpVisitorKey(string Realm, TransportServices Within, IPAddress? Address, bool IsForwarded, bool IsSecure, string Hash);
