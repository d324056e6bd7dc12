/* Preloaded into a process, kills it at the k-th call that changes files in one folder: before the call, after it, or
 * halfway through what it writes. Linux and glibc; armed by crash_server.py through ctypes.
 *
 *     cc -shared -fPIC -O1 -o die_at.so die_at.c -ldl
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { NEVER, BEFORE, AFTER, HALFWAY };

#define MOST 1000000

static char folder[PATH_MAX];
static size_t folder_length;
static long wanted, count;
static int when;
/* A letter for each call that counted: w for what can be written by half. */
static char kinds[MOST + 1];

void die_at_arm(const char *path, long k, int how)
{
    snprintf(folder, sizeof folder, "%s/", path);
    folder_length = strlen(folder);
    wanted = k;
    when = how;
    count = 0;
    memset(kinds, 0, sizeof kinds);
}

const char *die_at_kinds(void)
{
    folder_length = 0;
    return kinds;
}

static void die(void)
{
    kill(getpid(), SIGKILL);
    for (;;)
        pause();
}

/* Counts a call of a kind; dies where it is to die before it. What to do in and after it. */
static int reached(char kind)
{
    if (count < MOST)
        kinds[count] = kind;
    count++;
    if (count != wanted)
        return NEVER;
    if (when == BEFORE)
        die();
    return when;
}

static void passed(int how)
{
    if (how != NEVER)
        die();
}

static int is_inside(const char *path)
{
    return strncmp(path, folder, folder_length) == 0;
}

static int is_inside_fd(int fd)
{
    char link[64], path[PATH_MAX + 1];
    ssize_t length;
    if (!folder_length)
        return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    length = readlink(link, path, PATH_MAX);
    if (length < 0)
        return 0;
    path[length] = 0;
    return is_inside(path);
}

/* Whether a path names something in the folder, counted from an open folder or from the current one. */
static int is_inside_path(int at, const char *path)
{
    char base[PATH_MAX];
    if (!folder_length || !path)
        return 0;
    if (path[0] == '/')
        return is_inside(path);
    if (at != AT_FDCWD)
        return is_inside_fd(at);
    return getcwd(base, sizeof base - 1) && is_inside(strcat(base, "/"));
}

#define NEXT(name)                                                                                                     \
    static __typeof__(name) *next;                                                                                    \
    if (!next)                                                                                                        \
        next = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

#define COUNTED(inside, kind, call)                                                                                    \
    if (!(inside))                                                                                                    \
        return call;                                                                                                  \
    int how = reached(kind);                                                                                          \
    __typeof__(call) result = call;                                                                                   \
    passed(how);                                                                                                      \
    return result

/* A call that writes `size` bytes; by half it writes the first of them. */
#define WRITTEN(inside, whole, half)                                                                                   \
    if (!(inside))                                                                                                    \
        return whole;                                                                                                 \
    int how = reached('w');                                                                                           \
    ssize_t result = how == HALFWAY ? half : whole;                                                                   \
    passed(how);                                                                                                      \
    return result

ssize_t write(int fd, const void *data, size_t size)
{
    NEXT(write);
    WRITTEN(is_inside_fd(fd), next(fd, data, size), next(fd, data, size / 2));
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t at)
{
    NEXT(pwrite);
    WRITTEN(is_inside_fd(fd), next(fd, data, size, at), next(fd, data, size / 2, at));
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at)
{
    NEXT(pwrite64);
    WRITTEN(is_inside_fd(fd), next(fd, data, size, at), next(fd, data, size / 2, at));
}

ssize_t writev(int fd, const struct iovec *parts, int many)
{
    NEXT(writev);
    COUNTED(is_inside_fd(fd), 'v', next(fd, parts, many));
}

ssize_t sendfile(int to, int from, off_t *at, size_t size)
{
    NEXT(sendfile);
    WRITTEN(is_inside_fd(to), next(to, from, at, size), next(to, from, at, size > 4096 ? 4096 : size / 2));
}

ssize_t sendfile64(int to, int from, off64_t *at, size_t size)
{
    NEXT(sendfile64);
    WRITTEN(is_inside_fd(to), next(to, from, at, size), next(to, from, at, size > 4096 ? 4096 : size / 2));
}

ssize_t copy_file_range(int from, off64_t *at, int to, off64_t *place, size_t size, unsigned flags)
{
    NEXT(copy_file_range);
    WRITTEN(is_inside_fd(to), next(from, at, to, place, size, flags), next(from, at, to, place, size / 2, flags));
}

/* What a process wrote is there after its death, synced or not: in the folder syncing is counted, and left out to be quick. */
int fsync(int fd)
{
    NEXT(fsync);
    if (!is_inside_fd(fd))
        return next(fd);
    passed(reached('s'));
    return 0;
}

int fdatasync(int fd)
{
    NEXT(fdatasync);
    if (!is_inside_fd(fd))
        return next(fd);
    passed(reached('s'));
    return 0;
}

int ftruncate(int fd, off_t size)
{
    NEXT(ftruncate);
    COUNTED(is_inside_fd(fd), 't', next(fd, size));
}

int ftruncate64(int fd, off64_t size)
{
    NEXT(ftruncate64);
    COUNTED(is_inside_fd(fd), 't', next(fd, size));
}

int truncate(const char *path, off_t size)
{
    NEXT(truncate);
    COUNTED(is_inside_path(AT_FDCWD, path), 't', next(path, size));
}

int fchmod(int fd, mode_t mode)
{
    NEXT(fchmod);
    COUNTED(is_inside_fd(fd), 'm', next(fd, mode));
}

int chmod(const char *path, mode_t mode)
{
    NEXT(chmod);
    COUNTED(is_inside_path(AT_FDCWD, path), 'm', next(path, mode));
}

int mkdir(const char *path, mode_t mode)
{
    NEXT(mkdir);
    COUNTED(is_inside_path(AT_FDCWD, path), 'd', next(path, mode));
}

int link(const char *from, const char *to)
{
    NEXT(link);
    COUNTED(is_inside_path(AT_FDCWD, to), 'l', next(from, to));
}

int linkat(int at, const char *from, int place, const char *to, int flags)
{
    NEXT(linkat);
    COUNTED(is_inside_path(place, to), 'l', next(at, from, place, to, flags));
}

int rename(const char *from, const char *to)
{
    NEXT(rename);
    COUNTED(is_inside_path(AT_FDCWD, to), 'r', next(from, to));
}

int renameat(int at, const char *from, int place, const char *to)
{
    NEXT(renameat);
    COUNTED(is_inside_path(place, to), 'r', next(at, from, place, to));
}

int renameat2(int at, const char *from, int place, const char *to, unsigned flags)
{
    NEXT(renameat2);
    COUNTED(is_inside_path(place, to), 'r', next(at, from, place, to, flags));
}

int unlink(const char *path)
{
    NEXT(unlink);
    COUNTED(is_inside_path(AT_FDCWD, path), 'u', next(path));
}

int unlinkat(int at, const char *path, int flags)
{
    NEXT(unlinkat);
    COUNTED(is_inside_path(at, path), 'u', next(at, path, flags));
}

/* Opening counts where it makes or empties a file. */
#define OPENED(at, call)                                                                                               \
    mode_t mode = 0;                                                                                                  \
    if ((flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE) {                                                                            \
        va_list rest;                                                                                                 \
        va_start(rest, flags);                                                                                        \
        mode = va_arg(rest, mode_t);                                                                                  \
        va_end(rest);                                                                                                 \
    }                                                                                                                 \
    int makes = (flags & O_TRUNC) || ((flags & O_CREAT) && faccessat(at, path, F_OK, 0) != 0);                        \
    COUNTED(makes && is_inside_path(at, path), 'o', call)

int open(const char *path, int flags, ...)
{
    NEXT(open);
    OPENED(AT_FDCWD, next(path, flags, mode));
}

int open64(const char *path, int flags, ...)
{
    NEXT(open64);
    OPENED(AT_FDCWD, next(path, flags, mode));
}

int openat(int at, const char *path, int flags, ...)
{
    NEXT(openat);
    OPENED(at, next(at, path, flags, mode));
}

int openat64(int at, const char *path, int flags, ...)
{
    NEXT(openat64);
    OPENED(at, next(at, path, flags, mode));
}
