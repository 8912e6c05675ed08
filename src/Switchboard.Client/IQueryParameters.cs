using Switchboard.Client.Transport;

namespace Switchboard.Client;

/// <summary>The query parameters of an operation.</summary>
public interface IQueryParameters
{
    /// <summary>Adds the parameters that are set.</summary>
    internal void WriteTo(QueryString query);
}
