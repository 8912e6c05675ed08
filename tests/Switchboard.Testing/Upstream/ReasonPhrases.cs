using System.Net;

namespace Switchboard.Testing.Upstream;

internal static class ReasonPhrases
{
    public static string Of(int status) =>
        Enum.IsDefined((HttpStatusCode)status) ? ((HttpStatusCode)status).ToString() : "Unnamed";
}
