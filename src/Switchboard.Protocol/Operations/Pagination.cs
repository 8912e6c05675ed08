namespace Switchboard.Protocol.Operations;

/// <summary>How the next page of a list is asked for.</summary>
public enum Pagination
{
    /// <summary>There is one page.</summary>
    None,

    /// <summary>By <c>after</c>, the page's <c>last_id</c>.</summary>
    LastId,

    /// <summary>By <c>after</c>, the id of the page's last item.</summary>
    LastItem,

    /// <summary>By <c>after</c>, the page's <c>next</c>.</summary>
    Next,

    /// <summary>By <c>page</c>, the page's <c>next_page</c>.</summary>
    NextPage,
}
