using System.Runtime.CompilerServices;
using Switchboard.Gateway.Access;

namespace Switchboard.Gateway.State;

/// <summary>What can be asked of all records of access alike.</summary>
public static class AccessRecordsExtensions
{
    private const int PageSize = 1000;

    /// <summary>All teams, projects or keys, the oldest first, page by page.</summary>
    public static async IAsyncEnumerable<T> ListAllAsync<T>(this IAccessRecords records, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : AccessScope
    {
        ArgumentNullException.ThrowIfNull(records);
        var query = new RecordsQuery { Limit = PageSize };
        while (true)
        {
            var page = await records.ListAsync<T>(query, null, cancellationToken);
            foreach (var scope in page.Data)
            {
                yield return scope;
            }

            if (!page.HasMore)
            {
                yield break;
            }

            query = query with { After = page.Data[^1].Id };
        }
    }
}
