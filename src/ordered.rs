//! Sorting and ordered collections in little code. `sort_by` and the trees of `std` are written out by the compiler anew for every
//! type, 3 KB and more at a time; these share one sort over indices, and keep their items in one list.

use std::borrow::Borrow;
use std::cmp::Ordering;

/// Sorts; equal items stay in their order.
pub fn sorted<T>(items: Vec<T>, compare: impl Fn(&T, &T) -> Ordering) -> Vec<T> {
    let order = order(items.len(), &|one, other| match (items.get(one), items.get(other)) {
        (Some(one), Some(other)) => compare(one, other),
        _ => Ordering::Equal,
    });
    let mut items: Vec<Option<T>> = items.into_iter().map(Some).collect();
    order.into_iter().filter_map(|at| items.get_mut(at)?.take()).collect()
}

fn order(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|one, other| compare(*one, *other));
    order
}

/// A map in the order of its keys: one sorted list. Finding takes as long as in a tree. Putting something into the middle moves what
/// comes after: what a stranger can make very long, and in any order, is [collected](Self::from_iter), which sorts once, or is a tree
/// still where it grows piece by piece (see `room::RoomState`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Map<K, V>(Vec<(K, V)>);

impl<K, V> Default for Map<K, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

/// Where a key is, or where it belongs.
fn place(count: usize, compare: &dyn Fn(usize) -> Ordering) -> Result<usize, usize> {
    // What comes in order comes last.
    if count == 0 || compare(count - 1) == Ordering::Less {
        return Err(count);
    }
    let (mut from, mut to) = (0, count);
    while from < to {
        let middle = from.midpoint(to);
        match compare(middle) {
            Ordering::Less => from = middle + 1,
            Ordering::Equal => return Ok(middle),
            Ordering::Greater => to = middle,
        }
    }
    Err(from)
}

impl<K: Ord, V> Map<K, V> {
    fn place<Q: Ord + ?Sized>(&self, key: &Q) -> Result<usize, usize>
    where
        K: Borrow<Q>,
    {
        place(self.0.len(), &|at| self.0.get(at).map_or(Ordering::Greater, |(known, _)| known.borrow().cmp(key)))
    }

    /// The value at a key.
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.place(key).ok().and_then(|at| self.0.get(at)).map(|(_, value)| value)
    }

    /// The same, to be changed.
    pub fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        self.place(key).ok().and_then(|at| self.0.get_mut(at)).map(|(_, value)| value)
    }

    /// Whether there is a value at a key.
    pub fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.place(key).is_ok()
    }

    /// Puts a value at a key. Whether there was none.
    pub fn insert(&mut self, key: K, value: V) -> bool {
        match self.place(&key) {
            Ok(at) => {
                if let Some((_, known)) = self.0.get_mut(at) {
                    *known = value;
                }
                false
            }
            Err(at) => {
                self.0.insert(at, (key, value));
                true
            }
        }
    }

    /// The value at a key, at first this one.
    pub fn or_insert(&mut self, key: K, first: V) -> &mut V {
        let at = self.place(&key).unwrap_or_else(|at| {
            self.0.insert(at, (key, first));
            at
        });
        // Where it was found, or has just been put.
        &mut self.0[at].1
    }

    /// Takes the value at a key away.
    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.place(key).ok().map(|at| self.0.remove(at).1)
    }
}

impl<K, V> Map<K, V> {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All, by key.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        self.0.iter().map(|(key, value)| (key, value))
    }

    /// All, by key, to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&K, &mut V)> {
        self.0.iter_mut().map(|(key, value)| (&*key, value))
    }

    /// The keys in order.
    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.iter().map(|(key, _)| key)
    }

    /// The values by key.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.iter().map(|(_, value)| value)
    }

    /// The values by key.
    pub fn into_values(self) -> impl Iterator<Item = V> {
        self.0.into_iter().map(|(_, value)| value)
    }
}

/// Of two values with one key the later counts.
impl<K: Ord, V> FromIterator<(K, V)> for Map<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(items: I) -> Self {
        let mut map = Self::default();
        // In order, each comes last.
        for (key, value) in sorted(items.into_iter().collect(), |(one, _), (other, _)| one.cmp(other)) {
            map.insert(key, value);
        }
        map
    }
}

/// A set in order, see [`Map`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set<T>(Map<T, ()>);

impl<T> Default for Set<T> {
    fn default() -> Self {
        Self(Map::default())
    }
}

impl<T: Ord> Set<T> {
    /// Whether this is one of them.
    pub fn contains<Q: Ord + ?Sized>(&self, item: &Q) -> bool
    where
        T: Borrow<Q>,
    {
        self.0.contains_key(item)
    }

    /// Takes one more. Whether it was none of them.
    pub fn insert(&mut self, item: T) -> bool {
        self.0.insert(item, ())
    }

    /// Takes one away. Whether it was one of them.
    pub fn remove<Q: Ord + ?Sized>(&mut self, item: &Q) -> bool
    where
        T: Borrow<Q>,
    {
        self.0.remove(item).is_some()
    }
}

impl<T> Set<T> {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All, in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.0.keys()
    }

    /// Keeps only these.
    pub fn retain(&mut self, mut keep: impl FnMut(&T) -> bool) {
        self.0.0.retain(|(item, ())| keep(item));
    }
}

impl<T: Ord> FromIterator<T> for Set<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self(items.into_iter().map(|item| (item, ())).collect())
    }
}

impl<T: Ord, const N: usize> From<[T; N]> for Set<T> {
    fn from(items: [T; N]) -> Self {
        items.into_iter().collect()
    }
}

impl<T: Ord> Extend<T> for Set<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, items: I) {
        for item in items {
            self.insert(item);
        }
    }
}

impl<T> IntoIterator for Set<T> {
    type Item = T;
    type IntoIter = std::iter::Map<std::vec::IntoIter<(T, ())>, fn((T, ())) -> T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.0.into_iter().map(|(item, ())| item)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_equal_keeps_its_order() {
        let items = vec![(2, 'a'), (1, 'b'), (2, 'c'), (1, 'd')];
        assert_eq!(sorted(items, |one, other| one.0.cmp(&other.0)), [(1, 'b'), (1, 'd'), (2, 'a'), (2, 'c')]);
        assert!(sorted(Vec::<u8>::new(), Ord::cmp).is_empty());
    }

    #[test]
    fn of_two_values_with_one_key_the_later_counts() {
        assert_eq!(Map::from_iter([(1, 'a'), (1, 'b')]).into_values().collect::<String>(), "b");
    }

    #[test]
    fn many_in_the_worst_order_make_the_same_map_as_in_the_best() {
        const MANY: u32 = 20_000;
        let best: Map<u32, u32> = (0..MANY).map(|key| (key, key)).collect();
        assert_eq!((0..MANY).rev().map(|key| (key, key)).collect::<Map<_, _>>(), best);
        // Each key twice: the later counts wherever it stands.
        let twice = (0..MANY).rev().map(|key| (key, 0)).chain((0..MANY).map(|key| (key, key)));
        assert_eq!(twice.collect::<Map<_, _>>(), best);
        assert_eq!((0..MANY).rev().collect::<Set<_>>(), (0..MANY).collect());
    }

    #[test]
    fn a_map_is_in_order_and_finds_what_is_in_it() {
        let mut map = Map::default();
        for key in [5, 1, 9, 3, 7, 3] {
            map.insert(key, key * 10);
        }
        assert_eq!(map.keys().copied().collect::<Vec<_>>(), [1, 3, 5, 7, 9]);
        for key in 0..11 {
            assert_eq!(map.get(&key).copied(), [1, 3, 5, 7, 9].contains(&key).then_some(key * 10), "{key}");
        }
        assert!(!map.insert(9, 1) && map.insert(10, 2) && map.get(&9) == Some(&1));
        assert_eq!((map.remove(&1), map.remove(&1), map.len()), (Some(10), None, 5));
        *map.or_insert(4, 0) += 1;
        *map.or_insert(4, 0) += 1;
        assert_eq!(map.get(&4), Some(&2));
    }

    #[test]
    fn a_set_holds_each_item_once() {
        let mut set = Set::from_iter(["b", "a", "b"].map(str::to_owned));
        assert!(set.contains("a") && !set.contains("c") && !set.insert("a".to_owned()));
        assert!(set.remove("a") && !set.remove("a"));
        set.extend(["c".to_owned()]);
        set.retain(|item| item != "b");
        assert_eq!(set.into_iter().collect::<Vec<_>>(), ["c"]);
    }
}
