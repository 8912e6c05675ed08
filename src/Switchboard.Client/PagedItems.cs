using System.Runtime.CompilerServices;

namespace Switchboard.Client;

/// <summary>The items of a list over all its pages, each page asked for when its first item is: <c>await foreach (var file in client.Files.ListAllAsync())</c>. It can be read again, which asks again.</summary>
/// <typeparam name="TItem">An item.</typeparam>
/// <typeparam name="TPage">A page as it is answered.</typeparam>
public sealed class PagedItems<TItem, TPage> : IAsyncEnumerable<TItem>
{
    private readonly Func<string?, CancellationToken, Task<ApiResult<TPage>>> _fetch;
    private readonly Func<TPage, IReadOnlyList<TItem>> _items;
    private readonly Func<TPage, string?> _next;
    private readonly CancellationToken _cancellationToken;

    /// <param name="fetch">Asks for the page after a cursor; null for the first.</param>
    /// <param name="items">A page's items.</param>
    /// <param name="next">The cursor of the page after this; null at the end.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    internal PagedItems(Func<string?, CancellationToken, Task<ApiResult<TPage>>> fetch, Func<TPage, IReadOnlyList<TItem>> items, Func<TPage, string?> next, CancellationToken cancellationToken)
    {
        _fetch = fetch;
        _items = items;
        _next = next;
        _cancellationToken = cancellationToken;
    }

    /// <summary>The pages, each with the head of its answer.</summary>
    public IAsyncEnumerable<ApiResult<TPage>> AsPages() => PagesAsync();

    /// <inheritdoc/>
    public async IAsyncEnumerator<TItem> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        await foreach (var page in PagesAsync(cancellationToken).ConfigureAwait(false))
        {
            foreach (var item in _items(page.Value))
            {
                yield return item;
            }
        }
    }

    private async IAsyncEnumerable<ApiResult<TPage>> PagesAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(_cancellationToken, cancellationToken);
        string? cursor = null;
        while (true)
        {
            var page = await _fetch(cursor, both.Token).ConfigureAwait(false);
            yield return page;

            // A server that gives the same cursor again would be asked for ever.
            var next = _next(page.Value);
            if (next is null || next == cursor)
            {
                yield break;
            }

            cursor = next;
        }
    }
}
