namespace Switchboard.Client.Transport;

/// <summary>Query parameters with <c>name=true</c> besides: what a method says by itself.</summary>
internal sealed class FlaggedQuery(string name, IQueryParameters? others) : IQueryParameters
{
    void IQueryParameters.WriteTo(QueryString query)
    {
        query.Add(name, true);
        others?.WriteTo(query);
    }
}
